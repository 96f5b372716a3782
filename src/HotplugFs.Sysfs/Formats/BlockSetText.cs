namespace HotplugFs.Sysfs.Formats;

/// <summary>Formats a set of numbers.</summary>
internal static class BlockSetText
{
    /// <summary>Appends the members as the kernel's list format: <c>0-3,5</c>.</summary>
    public static void AppendTo(this BlockSet set, TextBuffer text) => KernelText.AppendList(text, Members(set));

    private static IEnumerable<int> Members(BlockSet set)
    {
        for (var number = set.Next(0); number >= 0; number = set.Next(number + 1))
            yield return number;
    }
}
