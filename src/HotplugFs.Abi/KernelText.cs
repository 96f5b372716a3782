namespace HotplugFs.Abi;

/// <summary>The kernel's functions that parse what was written to an attribute: the bytes of one write(2), at most a page.</summary>
public static class KernelText
{
    /// <summary>
    /// The text up to the first NUL. The kernel passes NUL-terminated text to a store, so bytes after a NUL have no effect (recordings
    /// <c>*-b-grammar-state</c>).
    /// </summary>
    public static ReadOnlySpan<byte> UpToNul(ReadOnlySpan<byte> text)
    {
        var nul = text.IndexOf((byte)0);
        return nul < 0 ? text : text[..nul];
    }

    /// <summary>True if the text is the word, optionally followed by one newline (sysfs_streq).</summary>
    public static bool Equal(ReadOnlySpan<byte> text, ReadOnlySpan<byte> word) => WithoutNewline(UpToNul(text)).SequenceEqual(word);

    /// <summary>The text without the newline at its end, if it has one.</summary>
    public static ReadOnlySpan<byte> WithoutNewline(ReadOnlySpan<byte> text) =>
        text is [.., (byte)'\n'] ? text[..^1] : text;

    /// <summary>
    /// Parses a truth value by its first one or two characters, like strtobool of 4.4 and 4.9: y, Y, 1, and o followed by n are true;
    /// n, N, 0, and o followed by f are false. The rest is ignored (docs/kernels.md, "Numbers and truth values").
    /// </summary>
    /// <param name="words">The words that the kernel knows.</param>
    /// <returns>The value; EINVAL for any other text.</returns>
    public static Result<bool> ParseBool(ReadOnlySpan<byte> text, TruthWords words = TruthWords.YesNo) => UpToNul(text) switch
    {
        [(byte)'t' or (byte)'T', ..] when words >= TruthWords.TrueFalse => true,
        [(byte)'f' or (byte)'F', ..] when words >= TruthWords.TrueFalse => false,
        [(byte)'e' or (byte)'E', ..] when words >= TruthWords.EnableDisable => true,
        [(byte)'d' or (byte)'D', ..] when words >= TruthWords.EnableDisable => false,
        [(byte)'y' or (byte)'Y' or (byte)'1', ..] => true,
        [(byte)'n' or (byte)'N' or (byte)'0', ..] => false,
        [(byte)'o' or (byte)'O', (byte)'n' or (byte)'N', ..] => true,
        [(byte)'o' or (byte)'O', (byte)'f' or (byte)'F', ..] => false,
        _ => Errno.EINVAL,
    };

    /// <summary>
    /// Parses an unsigned number like kstrtoull with base 0: hexadecimal after <c>0x</c>, octal after a leading 0, otherwise decimal,
    /// optionally after <c>+</c> and before one newline.
    /// </summary>
    /// <returns>The number; EINVAL for any other text, including blanks; ERANGE if it does not fit in 64 bits.</returns>
    public static Result<ulong> ParseUnsigned(ReadOnlySpan<byte> text)
    {
        var digits = WithoutNewline(UpToNul(text));
        if (digits is [(byte)'+', ..])
            digits = digits[1..];
        return ParseDigits(digits);
    }

    /// <summary>Parses a signed number like kstrtoll with base 0: like <see cref="ParseUnsigned"/>, or after <c>-</c>.</summary>
    /// <returns>The number; EINVAL for any other text; ERANGE if it does not fit in 64 bits.</returns>
    public static Result<long> ParseSigned(ReadOnlySpan<byte> text)
    {
        var digits = WithoutNewline(UpToNul(text));
        if (digits is not [(byte)'-', ..])
        {
            if (!ParseUnsigned(text).TryGet(out var positive, out var error))
                return error;
            return positive <= long.MaxValue ? (long)positive : Errno.ERANGE;
        }
        if (!ParseDigits(digits[1..]).TryGet(out var magnitude, out var invalid))
            return invalid;
        return magnitude <= 1UL << 63 ? unchecked(-(long)magnitude) : Errno.ERANGE;
    }

    /// <summary>Parses the number at the beginning of a text like simple_strtoll with base 0: as <see cref="LeadingUnsigned"/>, also after
    /// <c>-</c>.</summary>
    public static long LeadingSigned(ReadOnlySpan<byte> text) => text is [(byte)'-', .. var magnitude]
        ? unchecked(-(long)LeadingUnsigned(magnitude))
        : unchecked((long)LeadingUnsigned(text));

    /// <summary>
    /// Parses the number at the beginning of a text like simple_strtoull with base 0: up to the first character that is no digit. Bits beyond
    /// the 64th are lost.
    /// </summary>
    /// <returns>The number; 0 if the text begins with none.</returns>
    public static ulong LeadingUnsigned(ReadOnlySpan<byte> text)
    {
        var rest = UpToNul(text);
        var radix = rest switch
        {
            [(byte)'0', (byte)'x' or (byte)'X', var next, ..] when char.IsAsciiHexDigit((char)next) => 16u,
            [(byte)'0', ..] => 8u,
            _ => 10u,
        };
        ulong value = 0;
        foreach (var character in radix == 16 ? rest[2..] : rest)
        {
            var digit = char.IsAsciiHexDigit((char)character) ? (uint)Convert.ToInt32(((char)character).ToString(), 16) : radix;
            if (digit >= radix)
                break;
            value = unchecked(value * radix + digit);
        }
        return value;
    }

    /// <summary>Parses an errno as a kernel does.</summary>
    /// <returns>The number, negative for an error; EINVAL or ERANGE if the kernel refuses the text.</returns>
    public static Result<long> ParseError(ReadOnlySpan<byte> text, ErrorNumbers syntax)
    {
        if (syntax == ErrorNumbers.Leading)
            return LeadingSigned(text);
        if (syntax == ErrorNumbers.Signed)
            return ParseSigned(text);
        return ParseUnsigned(text).TryGet(out var bits, out var error) ? unchecked((long)bits) : error;
    }

    private static Result<ulong> ParseDigits(ReadOnlySpan<byte> digits)
    {
        var radix = 10u;
        if (digits is [(byte)'0', (byte)'x' or (byte)'X', ..])
        {
            // "0x" without a digit after it is the octal number 0 followed by junk.
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

    /// <summary>Appends numbers in the kernel's list format: <c>0-3,5</c>. An empty list appends nothing.</summary>
    /// <param name="numbers">In ascending order.</param>
    public static void AppendList(TextBuffer buffer, IEnumerable<int> numbers)
    {
        // No number follows this end.
        var (start, end) = (0, -2);
        foreach (var number in numbers)
        {
            if (number != end + 1)
            {
                AppendEnd();
                if (end >= 0)
                    buffer.Append(',');
                buffer.Append(number);
                start = number;
            }
            end = number;
        }
        AppendEnd();

        void AppendEnd()
        {
            if (end > start)
                buffer.Append('-').Append(end);
        }
    }
}
