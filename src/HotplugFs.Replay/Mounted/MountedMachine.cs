using HotplugFs.Linux;

namespace HotplugFs.Replay.Mounted;

/// <summary>A mounted machine, which is accessed with system calls through the kernel.</summary>
internal sealed class MountedMachine : IReplayMachine
{
    private const int ReadSizeBytes = 65536;

    private readonly IMountedMachine _mount;
    private readonly MountedPaths _paths;
    private readonly MountedCalls _calls;
    private readonly MountedState _state;
    private readonly byte[] _buffer = new byte[ReadSizeBytes];

    public MountedMachine(IMountedMachine mount)
    {
        _mount = mount;
        _paths = new MountedPaths(mount);
        _calls = new MountedCalls(_paths);
        _state = new MountedState(_paths);
        // Recorded calls name these two outside of /sys.
        Directory.CreateDirectory(mount.Elsewhere + "/tmp");
        File.WriteAllBytes(mount.Elsewhere + "/init", []);
    }

    public string? WhyNotAs(uint uid, bool isSequence) =>
        isSequence || uid != 0 ? MountBackend.WhyNotEveryUser : null;

    public FileOutcome Write(string path, ReadOnlyMemory<byte> data, uint uid) =>
        uid == 0 ? Write(path, data.Span) : CallerThread.Run(uid, () => Write(path, data.Span));

    public FileOutcome Read(string path, uint uid) => uid == 0 ? Read(path) : CallerThread.Run(uid, () => Read(path));

    public Result<string[]> List(string path)
    {
        var listed = RawFile.List(_paths.Here(path));
        return listed.IsOk ? listed.Value.Where(entry => entry is not ("./" or "../")).ToArray() : listed.Error;
    }

    public IEnumerable<TreeEntry> Walk(string path, int depth)
    {
        if (SysStat.Statx(_paths.Here(path), SysStat.AT_SYMLINK_NOFOLLOW) is not { IsOk: true, Value: var stat })
            yield break;
        var type = ModeText.Type(stat.Mode);
        yield return new TreeEntry(
            path, type, ModeText.Permissions(stat.Mode), (long)stat.Size, stat.LinkCount, Content(path, type, stat.Mode));
        if (type != "d" || depth == 0)
            yield break;
        var listed = List(path);
        foreach (var name in listed.IsOk ? listed.Value : [])
            foreach (var entry in Walk($"{path}/{name.TrimEnd('/', '@')}", depth - 1))
                yield return entry;
    }

    public MachineState ReadState(bool withZones, IReadOnlyCollection<int>? touched) => _state.Read(withZones, touched);

    public IReadOnlyList<CallOutcome> Call(IReadOnlyList<RecordedCall> calls, uint uid) => CallerThread.Run(uid, () => _calls.Run(calls));

    public void Dispose()
    {
        // Open files would keep the mount busy.
        _calls.Dispose();
        _state.Dispose();
        _mount.Dispose();
    }

    private FileOutcome Write(string path, ReadOnlySpan<byte> data)
    {
        var opened = RawFile.Open(_paths.Here(path), Fcntl.O_WRONLY);
        if (!opened.IsOk)
            return FileOutcome.Failed(opened.Error, "open");
        var written = Unistd.Write(opened.Value, data);
        var closed = Unistd.Close(opened.Value);
        if (!written.IsOk)
            return FileOutcome.Failed(written.Error, "write");
        return closed.IsOk ? new FileOutcome(null, null, [], written.Value) : FileOutcome.Failed(closed.Error, "close");
    }

    private FileOutcome Read(string path)
    {
        var opened = RawFile.Open(_paths.Here(path), Fcntl.O_RDONLY);
        if (!opened.IsOk)
            return FileOutcome.Failed(opened.Error, "open");
        var read = Unistd.Read(opened.Value, _buffer);
        _ = Unistd.Close(opened.Value);
        return read.IsOk ? new FileOutcome(null, null, _buffer[..read.Value], read.Value) : FileOutcome.Failed(read.Error, "read");
    }

    /// <summary>Returns the target of a link or the text of a file; null for directories and for files without a read bit.</summary>
    private string? Content(string path, string type, uint mode)
    {
        if (type == "l")
            return RawFile.ReadLink(_paths.Here(path)) is { IsOk: true, Value: var target } ? target : null;
        if (type == "d" || (mode & ModeBits.AnyRead) == 0)
            return null;
        var outcome = Read(path);
        return outcome.Error ?? System.Text.Encoding.Latin1.GetString(outcome.Data);
    }
}
