namespace HotplugFs.Abi;

/// <summary>Lengths of time as people write them: <c>2s</c>, <c>500ms</c>.</summary>
public static class TimeText
{
    private const int DigitsMax = 9;

    /// <summary>Parses a whole number of seconds (<c>s</c>) or milliseconds (<c>ms</c>), of at most nine digits.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out TimeSpan time)
    {
        time = default;
        var isMilliseconds = text.EndsWith("ms", StringComparison.Ordinal);
        if (!text.EndsWith("s", StringComparison.Ordinal))
            return false;
        var digits = text[..^(isMilliseconds ? 2 : 1)];
        if (digits.Length > DigitsMax || !long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return false;
        time = isMilliseconds ? TimeSpan.FromMilliseconds(number) : TimeSpan.FromSeconds(number);
        return true;
    }

    /// <summary>Formats a time with the largest unit that divides it; a part of a millisecond is cut off.</summary>
    /// <param name="time">Not negative.</param>
    public static string Format(TimeSpan time) => time.Ticks % TimeSpan.TicksPerSecond == 0
        ? string.Create(CultureInfo.InvariantCulture, $"{time.Ticks / TimeSpan.TicksPerSecond}s")
        : string.Create(CultureInfo.InvariantCulture, $"{time.Ticks / TimeSpan.TicksPerMillisecond}ms");
}
