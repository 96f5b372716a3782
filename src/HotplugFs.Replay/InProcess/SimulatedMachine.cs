using HotplugFs.Abi;
using HotplugFs.Engine;
using HotplugFs.Kernels;
using HotplugFs.Sysfs.Profiles;
using HotplugFs.Kernfs;
using HotplugFs.Machines;
using HotplugFs.Sysfs;

namespace HotplugFs.Replay.InProcess;

/// <summary>Machines whose tree is used without a mount.</summary>
internal sealed class SimulatedMachines : IReplayMachines
{
    public bool BootsAreCheap => true;

    public IReadOnlyList<KnownDifference> KnownDifferences => [];

    public IReplayMachine Boot(Trace trace)
    {
        try
        {
            var kernel = KernelCatalogue.Get(trace.Machine.Kernel);
            return new SimulatedMachine(new Machine(trace.Machine.Definition, kernel.Rules), kernel.Files);
        }
        catch (ArgumentException problem)
        {
            throw new MachineFileException(trace.File, 1, $"the machine contradicts itself: {problem.Message}");
        }
    }
}

/// <summary>A machine whose tree is used without a mount.</summary>
internal sealed class SimulatedMachine : IReplayMachine
{
    private readonly Machine _machine;
    private readonly KernfsTree _tree;
    private readonly TreeFiles _files;
    private readonly TreeCalls _calls;

    public SimulatedMachine(Machine machine, SysfsProfile profile)
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
        ForgetChanges();
        return outcome;
    }

    public FileOutcome Read(string path, uint uid) => _files.Read(path, uid);

    public Result<string[]> List(string path) => _files.List(path);

    public IEnumerable<TreeEntry> Walk(string path, int depth)
    {
        var found = _tree.Find(path);
        return found.IsOk ? new TreeWalk(_tree).Walk(path, found.Value, depth) : [];
    }

    public MachineState ReadState(bool withZones, IReadOnlyCollection<int>? touched) => MachineState.Of(_machine);

    public IReadOnlyList<CallOutcome> Call(IReadOnlyList<RecordedCall> calls, uint uid)
    {
        var outcomes = _calls.Run(calls, uid);
        ForgetChanges();
        return outcomes;
    }

    public void Dispose()
    {
    }

    /// <summary>There is no kernel to tell of names that came or went.</summary>
    private void ForgetChanges()
    {
        _tree.Changes.Take([]);
        _tree.OpenFiles.TakeWakeUps([]);
    }
}
