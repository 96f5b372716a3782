using HotplugFs.Engine;
using HotplugFs.Kernfs;
using HotplugFs.Sysfs;
using HotplugFs.Sysfs.Profiles;

namespace HotplugFs.Replay.InProcess;

/// <summary>A machine whose tree is used without a mount.</summary>
internal sealed class InProcessMachine : IReplayMachine
{
    private readonly Machine _machine;
    private readonly KernfsTree _tree;
    private readonly TreeFiles _files;
    private readonly TreeCalls _calls;

    public InProcessMachine(Machine machine, SysfsProfile profile)
    {
        _machine = machine;
        _tree = new MachineTree(machine, profile).Tree;
        _files = new TreeFiles(_tree);
        _calls = new TreeCalls(_tree, _files);
    }

    public string? WhyNotAs(uint uid, bool isSequence) => null;

    public FileOutcome Write(string path, ReadOnlyMemory<byte> data, uint uid)
    {
        var outcome = _files.Write(path, data.Span, uid);
        DiscardNotifications();
        return outcome;
    }

    public FileOutcome Read(string path, uint uid) => _files.Read(path, uid);

    public Result<string[]> List(string path) => _files.List(path);

    public IEnumerable<TreeEntry> Walk(string path, int depth) =>
        _tree.Find(path).TryGet(out var node, out _) ? new TreeWalk(_tree).Walk(path, node, depth) : [];

    public MachineState ReadState(bool withZones) => SimulatedState.Of(_machine);

    public IReadOnlyList<CallOutcome> Call(IReadOnlyList<RecordedCall> calls, uint uid)
    {
        var outcomes = _calls.Run(calls, uid);
        DiscardNotifications();
        return outcomes;
    }

    public void Dispose()
    {
    }

    /// <summary>Discards what a mount would send to the kernel: added and removed names, and wake-ups of poll.</summary>
    private void DiscardNotifications()
    {
        _tree.Changes.Take([]);
        _tree.OpenFiles.TakeWakeUps([]);
    }
}
