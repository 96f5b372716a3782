using System.Globalization;
using System.Text.Json;
using HotplugFs.Abi;
using HotplugFs.Engine;
using HotplugFs.Engine.Memory;
using HotplugFs.Sysfs;

namespace HotplugFs.Replay;

/// <summary>
/// Replays a recording of kind x: a whole state space of a few blocks. Each recorded transition is taken once, on a machine brought to
/// the state it starts from by the shortest recorded way, and both its outcome and the state it leads to are compared.
/// </summary>
internal sealed class StateSpaceReplayer
{
    private readonly Trace _trace;
    private readonly ReplayReport _report;
    private readonly string _node;
    private readonly Dictionary<long, JsonElement> _states = [];
    private readonly List<TraceLine> _transitions = [];
    private readonly Dictionary<long, IReadOnlyList<TraceLine>> _ways = new() { [0] = [] };

    public StateSpaceReplayer(Trace trace, ReplayReport report)
    {
        _trace = trace;
        _report = report;
        _node = trace.Header.GetProperty("node").GetString()!;
        foreach (var line in trace.Lines)
        {
            if (line.Has("state"))
                _states.Add(line.Number64("state")!.Value, line.Json);
            else if (line.Has("from"))
                _transitions.Add(line);
        }
        FindWays();
    }

    public static bool IsStateSpace(Trace trace) => trace.Header.TryGetProperty("blocks_explored", out _);

    public void Run()
    {
        foreach (var transition in _transitions)
        {
            if (transition.Has("died") || !_ways.TryGetValue(transition.Number64("from")!.Value, out var way))
            {
                _report.Skip("the recorded kernel crashed");
                continue;
            }
            var machine = Replayer.Boot(_trace.Machine);
            var files = new TreeFiles(new MachineTree(machine).Tree);
            foreach (var step in way)
                Take(machine, files, step);
            Compare(transition, machine, Take(machine, files, transition));
        }
    }

    private void FindWays()
    {
        var queue = new Queue<long>(_ways.Keys);
        var outgoing = _transitions.ToLookup(line => line.Number64("from")!.Value);
        while (queue.TryDequeue(out var state))
        {
            foreach (var transition in outgoing[state])
            {
                var target = transition.Number64("to");
                if (target is null || _ways.ContainsKey(target.Value))
                    continue;
                _ways[target.Value] = [.. _ways[state], transition];
                queue.Enqueue(target.Value);
            }
        }
    }

    private FileOutcome Take(MemoryHotplug machine, TreeFiles files, TraceLine transition)
    {
        var operation = transition.Json.GetProperty("op");
        var block = operation[0].GetInt32();
        var word = operation[1].GetString()!;
        machine.IsolatePages = _ => transition.Text("err") switch
        {
            "EBUSY" => Errno.EBUSY,
            "EAGAIN" => Errno.EAGAIN,
            _ => Result.Ok,
        };
        return word switch
        {
            "add" => Plug(machine, block),
            "del" => Unplug(machine, block),
            _ => files.Write($"memory/memory{block}/state", System.Text.Encoding.ASCII.GetBytes(word), uid: 0),
        };
    }

    private FileOutcome Plug(MemoryHotplug machine, int block)
    {
        var node = int.Parse(_node, CultureInfo.InvariantCulture);
        var plugged = machine.Plug(new DimmDefinition($"x{block}", node, machine.BlockSizeBytes, block * machine.BlockSizeBytes));
        return new FileOutcome(plugged.IsOk ? null : plugged.Error.Name(), null, [], 0);
    }

    private static FileOutcome Unplug(MemoryHotplug machine, int block)
    {
        var outcome = machine.Unplug(machine.DimmAt(machine[new BlockId(block)].Dimm)!).Run();
        return new FileOutcome(outcome.IsOk ? null : outcome.Error.Name(), null, [], 0);
    }

    private void Compare(TraceLine transition, MemoryHotplug machine, FileOutcome outcome)
    {
        _report.Count();
        var operation = transition.Json.GetProperty("op").GetRawText();
        void Diverged(string what) =>
            _report.Diverged(new Divergence(_trace.File, transition.Number, $"from {transition.Number64("from")} {operation}", what));

        if (outcome.Error != transition.Text("err"))
            Diverged($"got {outcome.Error ?? "success"}, expected {transition.Text("err") ?? "success"}");
        if (transition.Number64("n") is { } count && outcome.Count != count)
            Diverged($"write returned {outcome.Count}, expected {count}");
        var expected = new MachineState();
        var state = _states[transition.Number64("to")!.Value];
        expected.Apply(_trace.Header);
        Forget(expected);
        expected.Apply(WithNode(state));
        var found = MachineState.Of(machine);
        found.Zones.Remove($"{_node}/node");
        foreach (var difference in expected.Differences(found))
            Diverged($"to {transition.Number64("to")}: {difference}");
    }

    /// <summary>A state lists all zones of the explored node, and not the node's own span.</summary>
    private void Forget(MachineState state)
    {
        foreach (var key in state.Zones.Keys.Where(key => key.StartsWith(_node + "/", StringComparison.Ordinal)).ToArray())
            state.Zones.Remove(key);
    }

    private JsonElement WithNode(JsonElement state)
    {
        using var document = JsonDocument.Parse(
            $"{{\"blocks\":{state.GetProperty("blocks").GetRawText()},\"nodes\":{state.GetProperty("nodes").GetRawText()}," +
            $"\"zones\":{{\"{_node}\":{state.GetProperty("zones").GetRawText()}}}}}");
        return document.RootElement.Clone();
    }
}
