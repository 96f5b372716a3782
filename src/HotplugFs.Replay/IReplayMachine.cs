using HotplugFs.Abi;

namespace HotplugFs.Replay;

/// <summary>
/// A simulated machine that recorded operations are repeated on: its tree in this process, or a mount of it with the kernel in front. Paths
/// are those of the recordings: relative to /sys/devices/system unless they start with a slash. Errors are results, never exceptions.
/// </summary>
internal interface IReplayMachine : IDisposable
{
    /// <summary>Why nothing can be done as a user; null if it can.</summary>
    /// <param name="uid">The user.</param>
    /// <param name="isSequence">True for a sequence of system calls, which needs rights that reading and writing files do not.</param>
    string? WhyNotAs(uint uid, bool isSequence);

    /// <summary>open, one write, close.</summary>
    /// <param name="path">The file.</param>
    /// <param name="data">What to write.</param>
    /// <param name="uid">The user, and the group of that number.</param>
    FileOutcome Write(string path, ReadOnlyMemory<byte> data, uint uid);

    /// <summary>open, one read of 64 KiB, close.</summary>
    /// <param name="path">The file.</param>
    /// <param name="uid">The user, and the group of that number.</param>
    FileOutcome Read(string path, uint uid);

    /// <summary>The entries of a directory, with <c>/</c> behind directories and <c>@</c> behind links, without <c>.</c> and <c>..</c>.</summary>
    /// <param name="path">The directory.</param>
    Result<string[]> List(string path);

    /// <summary>A directory and all below it; nothing if it is not there.</summary>
    /// <param name="path">The directory, with a slash in front.</param>
    /// <param name="depth">How far down to go; 0 for the directory alone.</param>
    IEnumerable<TreeEntry> Walk(string path, int depth);

    /// <summary>What the files say of blocks, nodes and zones.</summary>
    /// <param name="withZones">False if nobody will look at the zones.</param>
    /// <param name="touched">Blocks that an operation changed, by what the recording says; null if not known.</param>
    MachineState ReadState(bool withZones, IReadOnlyCollection<int>? touched = null);

    /// <summary>Makes system calls in one process, one after the other. What it opens is closed at the end, but for the <c>k..</c> calls.</summary>
    /// <param name="calls">The calls.</param>
    /// <param name="uid">The user, and the group of that number.</param>
    /// <returns>What each came to.</returns>
    IReadOnlyList<CallOutcome> Call(IReadOnlyList<RecordedCall> calls, uint uid);
}

/// <summary>Where machines come from.</summary>
internal interface IReplayMachines
{
    /// <summary>Boots a machine as it was when a recording began.</summary>
    /// <param name="trace">The recording.</param>
    IReplayMachine Boot(Trace trace);

    /// <summary>True if booting costs so little that one would rather boot than walk back to a state.</summary>
    bool BootsAreCheap { get; }

    /// <summary>What a real kernel in front decides differently from the recorded one.</summary>
    IReadOnlyList<KnownDifference> KnownDifferences { get; }
}

/// <summary>What a system call sequence on one file came to.</summary>
/// <param name="Error">Name of the errno, or null on success.</param>
/// <param name="At">The step that failed: <c>open</c>, <c>read</c>, <c>write</c>, <c>close</c>.</param>
/// <param name="Data">What was read.</param>
/// <param name="Count">How many bytes were read or written.</param>
internal readonly record struct FileOutcome(string? Error, string? At, byte[] Data, int Count)
{
    public static FileOutcome Failed(Errno error, string at) => new(error.Name(), at, [], 0);
}

/// <summary>What lstat(2), readlink(2) and reading say of a path.</summary>
/// <param name="Path">The path from the root, with a slash in front.</param>
/// <param name="Type">d, l or f.</param>
/// <param name="Mode">The permissions, octal with four digits.</param>
/// <param name="Size">st_size.</param>
/// <param name="Links">st_nlink.</param>
/// <param name="Content">Target, text or the errno of reading; null for directories and for files that nobody may read.</param>
internal sealed record TreeEntry(string Path, string Type, string Mode, long Size, long Links, string? Content);
