namespace HotplugFs.Abi;

/// <summary>The kernel's ways of reading what was written to an attribute. They see the bytes of one write, at most a page.</summary>
public static class KernelText
{
    /// <summary>
    /// The word as the kernel's string functions see it: up to the first NUL. Attribute stores are handed NUL-terminated text,
    /// so what stands behind a NUL is never looked at (recordings <c>*-b-grammar-state</c>).
    /// </summary>
    /// <param name="text">The bytes written.</param>
    public static ReadOnlySpan<byte> UpToNul(ReadOnlySpan<byte> text)
    {
        var nul = text.IndexOf((byte)0);
        return nul < 0 ? text : text[..nul];
    }

    /// <summary>True if the text is the word, with at most one newline behind it (sysfs_streq).</summary>
    /// <param name="text">The bytes written.</param>
    /// <param name="word">The word to compare with.</param>
    public static bool Equal(ReadOnlySpan<byte> text, ReadOnlySpan<byte> word) => WithoutNewline(UpToNul(text)).SequenceEqual(word);

    /// <summary>Takes one newline off the end, if there is one.</summary>
    /// <param name="text">The text.</param>
    public static ReadOnlySpan<byte> WithoutNewline(ReadOnlySpan<byte> text) =>
        text is [.., (byte)'\n'] ? text[..^1] : text;

    /// <summary>
    /// Reads a truth value by its first one or two characters, as strtobool of 4.4 and 4.9 does: y, Y, 1, and o followed by n are
    /// true; n, N, 0, and o followed by f are false; what follows is ignored (legacy.md 5).
    /// </summary>
    /// <param name="text">The bytes written.</param>
    /// <param name="knowsTrueAndFalse">t, T, f and F are known too, as in kstrtobool of 6.1 and 6.12.</param>
    /// <returns>The value; EINVAL for anything else.</returns>
    public static Result<bool> ParseBool(ReadOnlySpan<byte> text, bool knowsTrueAndFalse = false) => UpToNul(text) switch
    {
        [(byte)'t' or (byte)'T', ..] when knowsTrueAndFalse => true,
        [(byte)'f' or (byte)'F', ..] when knowsTrueAndFalse => false,
        [(byte)'y' or (byte)'Y' or (byte)'1', ..] => true,
        [(byte)'n' or (byte)'N' or (byte)'0', ..] => false,
        [(byte)'o' or (byte)'O', (byte)'n' or (byte)'N', ..] => true,
        [(byte)'o' or (byte)'O', (byte)'f' or (byte)'F', ..] => false,
        _ => Errno.EINVAL,
    };

    /// <summary>
    /// Reads an unsigned number as kstrtoull with base 0: <c>0x</c> hexadecimal, a leading 0 octal, else decimal, an optional
    /// <c>+</c> in front and one newline behind.
    /// </summary>
    /// <param name="text">The bytes written.</param>
    /// <returns>The number; EINVAL for anything else, blanks included; ERANGE above 64 bits.</returns>
    public static Result<ulong> ParseUnsigned(ReadOnlySpan<byte> text)
    {
        var digits = WithoutNewline(UpToNul(text));
        if (digits is [(byte)'+', ..])
            digits = digits[1..];
        return ParseDigits(digits);
    }

    /// <summary>Reads a signed number as kstrtoll with base 0; see <see cref="ParseUnsigned"/>, with <c>-</c> in front allowed.</summary>
    /// <param name="text">The bytes written.</param>
    /// <returns>The number; EINVAL for anything else; ERANGE outside 64 bits.</returns>
    public static Result<long> ParseSigned(ReadOnlySpan<byte> text)
    {
        var digits = WithoutNewline(UpToNul(text));
        if (digits is not [(byte)'-', ..])
        {
            var positive = ParseUnsigned(text);
            if (!positive.IsOk)
                return positive.Error;
            return positive.Value <= long.MaxValue ? (long)positive.Value : Errno.ERANGE;
        }
        var magnitude = ParseDigits(digits[1..]);
        if (!magnitude.IsOk)
            return magnitude.Error;
        return magnitude.Value <= 1UL << 63 ? unchecked(-(long)magnitude.Value) : Errno.ERANGE;
    }

    private static Result<ulong> ParseDigits(ReadOnlySpan<byte> digits)
    {
        var radix = 10u;
        if (digits is [(byte)'0', (byte)'x' or (byte)'X', ..])
        {
            // "0x" without a digit behind it is the octal number 0 followed by junk.
            radix = 16;
            digits = digits[2..];
        }
        else if (digits is [(byte)'0', _, ..])
        {
            radix = 8;
        }
        if (digits.IsEmpty)
            return Errno.EINVAL;

        UInt128 value = 0;
        var overflow = false;
        foreach (var digit in digits)
        {
            var number = DigitValue(digit);
            if (number >= radix)
                return Errno.EINVAL;
            value = value * radix + number;
            overflow |= value > ulong.MaxValue;
            value &= ulong.MaxValue;
        }
        return overflow ? Errno.ERANGE : (ulong)value;
    }

    private static uint DigitValue(byte digit) => digit switch
    {
        >= (byte)'0' and <= (byte)'9' => (uint)(digit - '0'),
        >= (byte)'a' and <= (byte)'f' => (uint)(digit - 'a' + 10),
        >= (byte)'A' and <= (byte)'F' => (uint)(digit - 'A' + 10),
        _ => uint.MaxValue,
    };

    /// <summary>Adds numbers as the kernel's list format does: <c>0-3,5</c>. An empty list adds nothing.</summary>
    /// <param name="buffer">Where to add.</param>
    /// <param name="numbers">The numbers, ascending.</param>
    public static void AppendList(TextBuffer buffer, IEnumerable<int> numbers)
    {
        var first = true;
        int? start = null;
        var end = 0;
        void Flush()
        {
            if (start is not { } from)
                return;
            if (!first)
                buffer.Append(',');
            first = false;
            buffer.Append(from);
            if (end > from)
                buffer.Append('-').Append(end);
        }
        foreach (var number in numbers)
        {
            if (start is not null && number == end + 1)
            {
                end = number;
                continue;
            }
            Flush();
            start = number;
            end = number;
        }
        Flush();
    }
}
