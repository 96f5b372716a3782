namespace HotplugFs.Machines.Dumps;

/// <summary>
/// What was copied of a machine's <c>/sys</c> and <c>/proc</c>. Paths have no leading slash, such as <c>sys/devices/system/memory</c>. Nothing
/// outside of the copy is read, and no link is followed.
/// </summary>
public interface IDump
{
    /// <summary>The greatest length of a text that is read, in bytes.</summary>
    const int TextMax = 1 << 20;

    /// <summary>Returns the text of a file without its last newline; null if it is not there or cannot be read.</summary>
    string? Read(string path);

    /// <summary>Returns the target of a link; null if there is no such link.</summary>
    string? ReadLink(string path);

    /// <summary>Returns the names in a directory; none if it is not there.</summary>
    IReadOnlyCollection<string> List(string path);
}
