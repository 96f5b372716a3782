namespace HotplugFs.Replay;

/// <summary>
/// A simulated machine on which operations are repeated: its tree in this process, or a mount of it in a real kernel. Paths are those of
/// recordings: relative to <c>/sys/devices/system</c>, unless they begin with a slash. Errors are results, never exceptions.
/// </summary>
internal interface IReplayMachine : IDisposable
{
    /// <summary>Returns why operations cannot be made as a user; null if they can.</summary>
    /// <param name="isSequence">True for a sequence of system calls, which needs more privileges than reading and writing files.</param>
    string? WhyNotAs(uint uid, bool isSequence);

    /// <summary>Opens a file, writes once, and closes it.</summary>
    /// <param name="uid">The user, and the group with the same number.</param>
    FileOutcome Write(string path, ReadOnlyMemory<byte> data, uint uid);

    /// <summary>Opens a file, reads 64 KiB once, and closes it.</summary>
    /// <param name="uid">The user, and the group with the same number.</param>
    FileOutcome Read(string path, uint uid);

    /// <summary>
    /// Returns the names in a directory, with <c>/</c> after directories and <c>@</c> after links, without <c>.</c> and <c>..</c>.
    /// </summary>
    Result<string[]> List(string path);

    /// <summary>Returns a directory and everything below it; nothing if it does not exist.</summary>
    /// <param name="path">An absolute path.</param>
    /// <param name="depth">How many levels to descend; 0 for the directory alone.</param>
    IEnumerable<TreeEntry> Walk(string path, int depth);

    /// <summary>Returns the state that the files show.</summary>
    /// <param name="withZones">False to leave the zones out.</param>
    MachineState ReadState(bool withZones);

    /// <summary>
    /// Makes system calls in one process, one after the other. What they open is closed at the end, except by the calls that begin with
    /// <c>k</c>.
    /// </summary>
    /// <param name="uid">The user, and the group with the same number.</param>
    /// <returns>The result of each call.</returns>
    IReadOnlyList<CallOutcome> Call(IReadOnlyList<RecordedCall> calls, uint uid);
}
