using HotplugFs.Engine;
using HotplugFs.Kernels;
using HotplugFs.Machines;
using HotplugFs.Replay.InProcess;
using HotplugFs.Replay.Playback;

namespace HotplugFs.Replay.Comparison;

/// <summary>The machine of a recording under one of the kernels that are compared.</summary>
internal sealed class ComparedMachine
{
    private readonly List<string> _log = [];
    private readonly InProcessMachine _machine;
    private readonly ControlFiles _controls;

    /// <summary>Boots the machine.</summary>
    /// <exception cref="MachineFileException">The machine cannot boot under this kernel.</exception>
    public ComparedMachine(Trace trace)
    {
        try
        {
            Kernel = KernelCatalogue.Get(trace.Machine.Kernel, trace.Machine.Definition.Architecture);
            var machine = new Machine(trace.Machine.Definition, Kernel.Rules);
            machine.Logged += _log.Add;
            _machine = new InProcessMachine(machine, Kernel.Files);
        }
        catch (ArgumentException problem)
        {
            throw new MachineFileException(trace.File, 1, $"the machine cannot boot with kernel {trace.Machine.Kernel}: {problem.Message}");
        }
        _controls = new ControlFiles(_machine);
        State = _machine.ReadState(withZones: false);
    }

    public Kernel Kernel { get; }

    /// <summary>The blocks and node states after the operations so far.</summary>
    public MachineState State { get; private set; }

    /// <summary>Repeats an operation and returns its result and what it changed, in words.</summary>
    public string[] Repeat(RecordedOperation operation)
    {
        _log.Clear();
        string[] results = [.. Results(operation)];
        var before = State;
        State = _machine.ReadState(withZones: false);
        return [.. results, .. StateWords.Changes(before, State)];
    }

    /// <summary>Refuses offlines as on the recorded kernel, where it was pages of the kernel that refused them and no rule.</summary>
    private IEnumerable<string> Results(RecordedOperation operation)
    {
        _controls.SetOfflineResult(
            operation is WriteOperation written ? FileHandlers.OfflineResultOf(written) : ControlFiles.Success,
            operation is UnplugOperation { Err: not null }
                ? State.Blocks.Where(block => block.Value.IsOnlineForKernel).Select(block => block.Key)
                : null);
        return operation switch
        {
            WriteOperation write => Of(_machine.Write(write.Path, Encoding.Latin1.GetBytes(write.Data), (uint)write.As), write.Data.Length),
            ReadOperation read => Of(_machine.Read(read.Path, (uint)read.As)),
            ListOperation list => _machine.List(list.Path).TryGet(out var names, out var error) ? names : [error.Name()],
            TreeOperation tree => _machine.Walk(tree.Path, tree.Depth ?? int.MaxValue).Select(entry => $"{entry.Path} {entry.Mode}"),
            PlugOperation plug => Of(_controls.Plug(plug.Id, plug.Node, plug.Size, plug.AtAddr ?? plug.Addr)),
            UnplugOperation unplug => Of(_controls.Unplug(unplug.Id)),
            PlugVirtioMemOperation plug => Of(_controls.PlugVirtioMem(plug.Id, plug.Node, plug.Max)),
            ResizeVirtioMemOperation resize => [$"{_controls.ResizeVirtioMem(resize.Id, resize.Size)} bytes"],
            SystemCallsOperation calls => Of(calls),
            _ => [],
        };
    }

    private IEnumerable<string> Of(FileOutcome outcome, int length) =>
        outcome.Error is null && outcome.Count != length ? [$"success, {outcome.Count} of {length} bytes"] : Of(outcome.Error, outcome.At);

    private IEnumerable<string> Of(FileOutcome outcome) => outcome.Error is null
        ? Encoding.Latin1.GetString(outcome.Data).TrimEnd('\n').Split('\n')
        : Of(outcome.Error, outcome.At);

    private IEnumerable<string> Of(Result outcome) => Of(outcome.IsOk ? null : outcome.Error.Name(), at: null);

    /// <summary>The result, and why the machine refused the operation.</summary>
    private IEnumerable<string> Of(string? error, string? at) => error is null
        ? ["success"]
        : [error + (at is null or "write" or "read" ? "" : $" at {at}"), .. _log];

    private IEnumerable<string> Of(SystemCallsOperation operation)
    {
        RecordedCall[] calls = [.. operation.Steps.EnumerateArray().Select(step => new RecordedCall(step))];
        return _machine.Call(calls, (uint)operation.As).Select((outcome, index) => $"{calls[index]}: {outcome.Error ?? Fields(outcome)}");
    }

    private static string Fields(CallOutcome outcome) =>
        string.Join(' ', outcome.Fields.Select(field => $"{field.Key} {field.Value}").Prepend($"{outcome.Value}"));
}
