namespace HotplugFs.Replay.Mounted;

/// <summary>A mounted machine, which is accessed with system calls through the kernel.</summary>
internal sealed class MountedMachine : IReplayMachine
{
    private readonly IMountedMachine _mount;
    private readonly MountedFiles _files;
    private readonly MountedCalls _calls;
    private readonly MountedState _state;

    public MountedMachine(IMountedMachine mount)
    {
        _mount = mount;
        var paths = new MountedPaths(mount.Directory, mount.Elsewhere);
        _files = new MountedFiles(paths);
        _calls = new MountedCalls(paths);
        _state = new MountedState(_files);
        // Recorded calls name these two outside of /sys.
        Directory.CreateDirectory(mount.Elsewhere + "/tmp");
        File.WriteAllBytes(mount.Elsewhere + "/init", []);
    }

    public string? WhyNotAs(uint uid, bool isSequence) =>
        isSequence || uid != 0 ? MountBackend.WhyNotEveryUser : null;

    public FileOutcome Write(string path, ReadOnlyMemory<byte> data, uint uid) =>
        uid == 0 ? _files.Write(path, data.Span) : CallerThread.Run(uid, () => _files.Write(path, data.Span));

    public FileOutcome Read(string path, uint uid) => uid == 0 ? _files.Read(path) : CallerThread.Run(uid, () => _files.Read(path));

    public Result<string[]> List(string path) => _files.List(path);

    public IEnumerable<TreeEntry> Walk(string path, int depth) => _files.Walk(path, depth);

    public MachineState ReadState(bool withZones) => _state.Read(withZones);

    public IReadOnlyList<CallOutcome> Call(IReadOnlyList<RecordedCall> calls, uint uid) => CallerThread.Run(uid, () => _calls.Run(calls));

    public void Dispose()
    {
        // Open files would keep the mount busy.
        _calls.Dispose();
        _mount.Dispose();
    }
}
