using HotplugFs.Linux;

namespace HotplugFs.Replay.Mounted;

/// <summary>Makes the system calls of recorded operations on files, as the user of this thread.</summary>
internal sealed class MountedFiles(MountedPaths paths)
{
    private const int ReadSizeBytes = 65536;

    private readonly byte[] _buffer = new byte[ReadSizeBytes];

    /// <summary>Opens a file, writes once, and closes it.</summary>
    public FileOutcome Write(string path, ReadOnlySpan<byte> data)
    {
        var opened = RawFile.Open(paths.Here(path), Fcntl.O_WRONLY);
        if (!opened.IsOk)
            return FileOutcome.Failed(opened.Error, "open");
        var written = Unistd.Write(opened.Value, data);
        var closed = Unistd.Close(opened.Value);
        if (!written.IsOk)
            return FileOutcome.Failed(written.Error, "write");
        return closed.IsOk ? new FileOutcome(null, null, [], written.Value) : FileOutcome.Failed(closed.Error, "close");
    }

    /// <summary>Opens a file, reads 64 KiB once, and closes it.</summary>
    public FileOutcome Read(string path)
    {
        var opened = RawFile.Open(paths.Here(path), Fcntl.O_RDONLY);
        if (!opened.IsOk)
            return FileOutcome.Failed(opened.Error, "open");
        var read = Unistd.Read(opened.Value, _buffer);
        _ = Unistd.Close(opened.Value);
        return read.IsOk ? new FileOutcome(null, null, _buffer[..read.Value], read.Value) : FileOutcome.Failed(read.Error, "read");
    }

    /// <summary>Returns true if a path exists.</summary>
    public bool Exists(string path) => Unistd.Access(paths.Here(path), 0).IsOk;

    /// <summary>Returns the target of a link.</summary>
    public Result<string> ReadLink(string path) => RawFile.ReadLink(paths.Here(path));

    /// <inheritdoc cref="IReplayMachine.List"/>
    public Result<string[]> List(string path)
    {
        var listed = RawFile.List(paths.Here(path));
        return listed.IsOk ? listed.Value.Where(entry => entry is not ("./" or "../")).ToArray() : listed.Error;
    }

    /// <inheritdoc cref="IReplayMachine.Walk"/>
    public IEnumerable<TreeEntry> Walk(string path, int depth)
    {
        if (SysStat.Statx(paths.Here(path), SysStat.AT_SYMLINK_NOFOLLOW) is not { IsOk: true, Value: var stat })
            yield break;
        var type = ModeText.Type(stat.Mode);
        var (content, error) = Content(path, type, stat.Mode);
        yield return new TreeEntry(path, type, ModeText.Permissions(stat.Mode), (long)stat.Size, stat.LinkCount, content, error);
        if (type != "d" || depth == 0)
            yield break;
        var listed = List(path);
        foreach (var name in listed.IsOk ? listed.Value : [])
            foreach (var entry in Walk($"{path}/{name.TrimEnd('/', '@')}", depth - 1))
                yield return entry;
    }

    private (string? Content, string? Error) Content(string path, string type, uint mode)
    {
        if (type == "l")
            return (ReadLink(path) is { IsOk: true, Value: var target } ? target : null, null);
        if (type == "d" || (mode & ModeBits.AnyRead) == 0)
            return (null, null);
        var outcome = Read(path);
        return (outcome.Error is null ? Encoding.Latin1.GetString(outcome.Data) : null, outcome.Error);
    }
}
