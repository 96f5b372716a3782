namespace HotplugFs.Kernels;

/// <summary>Ranges of releases as text: <c>3.8-4.7</c> with both ends, <c>5.7-</c> without an end, <c>4.19,5.4-</c>.</summary>
internal static class VersionRanges
{
    /// <summary>Returns true if a release is in one of the ranges. Allocates nothing: each start of the program asks for hundreds.</summary>
    public static bool Contain(ReadOnlySpan<char> ranges, Version release)
    {
        foreach (var range in ranges.Split(','))
        {
            var text = ranges[range];
            var dash = text.IndexOf('-');
            var isAfterFirst = Compare(release, dash < 0 ? text : text[..dash]);
            var isBeforeEnd = dash < 0 ? isAfterFirst == 0 : dash == text.Length - 1 || Compare(release, text[(dash + 1)..]) <= 0;
            if (isAfterFirst >= 0 && isBeforeEnd)
                return true;
        }
        return false;
    }

    private static int Compare(Version release, ReadOnlySpan<char> other)
    {
        var dot = other.IndexOf('.');
        var major = release.Major.CompareTo(int.Parse(other[..dot], CultureInfo.InvariantCulture));
        return major != 0 ? major : release.Minor.CompareTo(int.Parse(other[(dot + 1)..], CultureInfo.InvariantCulture));
    }
}
