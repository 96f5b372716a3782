namespace HotplugFs.Sysfs.Formats;

/// <summary>Reports a write that a file does not accept: what was written, and what would be accepted.</summary>
internal static class WrittenText
{
    private const int QuotedBytesMax = 40;

    /// <summary>Logs a write that is refused.</summary>
    /// <param name="file">The file as log lines name it: <c>memory43: state</c>.</param>
    /// <param name="reason">What is wrong: <c>not one of ...</c>.</param>
    public static void LogRefused(
        this Machine machine, string file, ReadOnlySpan<byte> text, string reason, RefusalRule rule = RefusalRule.InvalidText) =>
        machine.LogRefused(rule, $"{file}: {Quote(text)}", reason);

    /// <summary>Logs a request to one of our own files that is refused.</summary>
    /// <param name="file">The file below <c>hotplugfs</c>.</param>
    public static void LogRefused(this Machine machine, string file, string reason, RefusalRule rule = RefusalRule.InvalidText) =>
        machine.Log(rule, $"{file}: {reason}", reason);

    /// <summary>Parses a boolean; a text that is none is logged.</summary>
    /// <param name="words">The words that the kernel knows.</param>
    /// <returns>The value, or EINVAL.</returns>
    public static Result<bool> ParseBool(this Machine machine, string file, ReadOnlySpan<byte> text, TruthWords words)
    {
        var value = KernelText.ParseBool(text, words);
        var letters = words switch
        {
            TruthWords.YesNo => "y, n",
            TruthWords.TrueFalse => "y, n, t, f",
            _ => "y, n, t, f, e, d",
        };
        if (!value.IsOk)
            machine.LogRefused(file, text, $"it does not begin like a boolean (1, 0, {letters}, on, off)");
        return value;
    }

    /// <summary>Parses an unsigned number; a text that is none is logged.</summary>
    /// <param name="bits">The largest size of the number, 32 or 64.</param>
    /// <returns>The number; EINVAL for no number, ERANGE for one that is too large.</returns>
    public static Result<ulong> ParseUnsigned(this Machine machine, string file, ReadOnlySpan<byte> text, int bits)
    {
        var number = KernelText.ParseUnsigned(text);
        if (number.IsOk && bits < 64 && number.Value >> bits != 0)
            number = Errno.ERANGE;
        if (!number.IsOk)
            machine.LogRefused(file, text, $"not a number of at most {bits} bits (decimal, 0x hexadecimal or 0 octal, no blanks)");
        return number;
    }

    /// <summary>Quotes written bytes for a log line: at most 40 of them, with escapes for bytes that are not printable ASCII.</summary>
    public static string Quote(ReadOnlySpan<byte> text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var character in text[..Math.Min(text.Length, QuotedBytesMax)])
        {
            _ = (char)character switch
            {
                '\n' => quoted.Append("\\n"),
                '\0' => quoted.Append("\\0"),
                '"' => quoted.Append("\\\""),
                '\\' => quoted.Append("\\\\"),
                < ' ' or > '~' => quoted.Append($"\\x{character:x2}"),
                var plain => quoted.Append(plain),
            };
        }
        return quoted.Append(text.Length > QuotedBytesMax ? "\"..." : "\"").ToString();
    }
}
