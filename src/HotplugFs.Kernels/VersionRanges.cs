namespace HotplugFs.Kernels;

/// <summary>Ranges of releases as text: <c>3.8-4.7</c> with both ends, <c>5.7-</c> without an end, <c>4.19,5.4-</c>.</summary>
internal static class VersionRanges
{
    /// <summary>Returns true if a release is in one of the ranges.</summary>
    public static bool Contain(string ranges, Version release)
    {
        foreach (var range in ranges.AsSpan().Split(','))
        {
            var text = ranges.AsSpan()[range];
            var dash = text.IndexOf('-');
            var first = Version.Parse(dash < 0 ? text : text[..dash]);
            var isBeforeEnd = dash < 0 ? release == first : dash == text.Length - 1 || release <= Version.Parse(text[(dash + 1)..]);
            if (release >= first && isBeforeEnd)
                return true;
        }
        return false;
    }
}
