namespace HotplugFs.Sysfs.Formats;

/// <summary>Formats a set of numbers.</summary>
internal static class BlockSetText
{
    /// <summary>Appends the members as the kernel's list format: <c>0-3,5</c>.</summary>
    public static void AppendTo(this BlockSet set, TextBuffer text) => KernelText.AppendList(text, set.Members());
}
