namespace HotplugFs.Abi;

/// <summary>Amounts of memory as people write them: <c>512M</c>, <c>1G</c>, <c>134217728</c>, <c>0x8000000</c>.</summary>
public static class ByteSize
{
    private const string Units = "KMGTP";

    /// <summary>
    /// Parses an amount: a decimal or <c>0x</c> hexadecimal number, optionally followed by one of K, M, G, T and P (powers of 1024).
    /// </summary>
    /// <returns>False if the text is not such a number or the amount does not fit in 63 bits.</returns>
    public static bool TryParse(ReadOnlySpan<char> text, out long bytes)
    {
        bytes = 0;
        if (text.IsEmpty)
            return false;
        var unit = Units.IndexOf(char.ToUpperInvariant(text[^1]), StringComparison.Ordinal);
        var isHex = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        var shift = unit < 0 ? 0 : 10 * (unit + 1);
        var digits = unit < 0 ? text : text[..^1];
        var parsed = isHex
            ? ulong.TryParse(digits[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number)
            : ulong.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out number);
        if (!parsed || number > (ulong)long.MaxValue >> shift)
            return false;
        bytes = (long)(number << shift);
        return true;
    }

    /// <summary>Formats an amount with the largest unit that divides it: <c>512M</c>.</summary>
    /// <param name="bytes">Not negative.</param>
    public static string Format(long bytes)
    {
        var unit = -1;
        while (bytes != 0 && bytes % 1024 == 0 && unit + 1 < Units.Length)
        {
            bytes /= 1024;
            unit++;
        }
        return unit < 0 ? bytes.ToString(CultureInfo.InvariantCulture) : $"{bytes.ToString(CultureInfo.InvariantCulture)}{Units[unit]}";
    }
}
