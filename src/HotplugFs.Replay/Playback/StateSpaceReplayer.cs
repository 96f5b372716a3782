using System.Text.Json;
using HotplugFs.Machines;

namespace HotplugFs.Replay.Playback;

/// <summary>
/// Replays a recording of a whole state space of a few blocks. Each recorded transition is taken once and compared: its outcome and the
/// state that it leads to. To reach the state before it, the machine takes other recorded transitions: from boot, where booting is cheap;
/// otherwise from its present state to the nearest state that has a transition left.
/// </summary>
internal sealed class StateSpaceReplayer : IDisposable
{
    private readonly Trace _trace;
    private readonly ReplayReport _report;
    private readonly ReplayOptions _options;
    private readonly int _node;
    private readonly Dictionary<long, RecordedState> _states = [];
    private readonly Dictionary<long, List<RecordedTransition>> _outgoing = [];
    private readonly Dictionary<long, List<RecordedTransition>> _left = [];

    private IReplayMachine? _machine;
    private ControlFiles? _controls;

    /// <summary>The machine's state; null if it is unknown, or if there is no machine.</summary>
    private long? _state;

    /// <exception cref="MachineFileException">The header names no node, or a transition leads to an unknown state.</exception>
    public StateSpaceReplayer(Trace trace, ReplayReport report, ReplayOptions options)
    {
        _trace = trace;
        _report = report;
        _options = options;
        if (!int.TryParse(trace.Header.Node, NumberStyles.None, CultureInfo.InvariantCulture, out _node))
            throw new MachineFileException(trace.File, 1, "the first line is invalid: \"node\" must be the number of a node");
        foreach (var state in trace.States)
            _states[state.State] = state;
        foreach (var transition in trace.Transitions)
            Add(transition);
    }

    public void Run()
    {
        while (FindPath() is { } path)
        {
            _options.BeforeOperation();
            foreach (var step in path)
                Take(step);
            var left = _left[_state!.Value];
            var transition = left[0];
            left.RemoveAt(0);
            Compare(transition, Take(transition));
        }
    }

    public void Dispose() => _machine?.Dispose();

    private void Add(RecordedTransition transition)
    {
        if (transition.To is not { } to)
        {
            _report.Skip("the recorded kernel crashed");
            return;
        }
        if (!_states.ContainsKey(to))
            throw new MachineFileException(_trace.File, transition.Line, $"no line describes state {to}");
        if (!_outgoing.ContainsKey(transition.From))
            (_outgoing[transition.From], _left[transition.From]) = ([], []);
        _outgoing[transition.From].Add(transition);
        _left[transition.From].Add(transition);
    }

    /// <summary>
    /// Returns the transitions to the nearest state that has a transition left, from the present state or from boot; null if there is none.
    /// </summary>
    private List<RecordedTransition>? FindPath()
    {
        if (!_options.Backend.BootsAreCheap && _state is { } here && FindPath(here) is { } near)
            return near;
        if (FindPath(0) is not { } path)
        {
            foreach (var left in _left.Values)
                left.ForEach(_ => _report.Skip("no recorded transitions lead there"));
            return null;
        }
        _machine?.Dispose();
        _machine = null;
        _machine = _options.Backend.Boot(_trace);
        _controls = new ControlFiles(_machine);
        _state = 0;
        return path;
    }

    private List<RecordedTransition>? FindPath(long start)
    {
        var paths = new Dictionary<long, List<RecordedTransition>> { [start] = [] };
        var queue = new Queue<long>([start]);
        while (queue.TryDequeue(out var state))
        {
            if (_left.TryGetValue(state, out var left) && left.Count > 0)
                return paths[state];
            foreach (var transition in _outgoing.GetValueOrDefault(state) ?? [])
                if (paths.TryAdd(transition.To!.Value, [.. paths[state], transition]))
                    queue.Enqueue(transition.To.Value);
        }
        return null;
    }

    private FileOutcome Take(RecordedTransition transition)
    {
        var (block, word) = ReplaySession.Guard(_trace, transition.Line, () => Parse(transition.Op));
        _controls!.SetOfflineResult(transition.Err switch
        {
            "EBUSY" => ControlFiles.Busy,
            "EAGAIN" => ControlFiles.Again,
            _ => ControlFiles.Success,
        });
        var outcome = word switch
        {
            "add" => Outcome(Plug(block)),
            "del" => Outcome(_controls.Unplug(_controls.FindDimm(block) ?? "none")),
            _ => _machine!.Write($"memory/memory{block}/state", Encoding.ASCII.GetBytes(word), uid: 0),
        };
        _state = transition.To;
        return outcome;
    }

    private static (int Block, string Word) Parse(JsonElement operation) =>
        operation.ValueKind == JsonValueKind.Array
        && operation.EnumerateArray().ToArray() is [{ ValueKind: JsonValueKind.Number } block, { ValueKind: JsonValueKind.String } word]
            ? (block.GetInt32(), word.GetString()!)
            : throw new FormatException("\"op\" must be the number of a block and a word");

    private Result Plug(int block)
    {
        var size = _trace.Machine.Definition.BlockSizeBytes;
        return _controls!.Plug($"x{block}", _node, size, block * size);
    }

    private static FileOutcome Outcome(Result result) => result.IsOk ? default : new FileOutcome(result.Error.Name(), null, [], 0);

    private void Compare(RecordedTransition transition, FileOutcome outcome)
    {
        _report.Count();
        if (outcome.Error != transition.Err)
            Diverged(transition, $"got {outcome.Error ?? "success"}, expected {transition.Err ?? "success"}");
        if (transition.N is { } count && outcome.Count != count)
            Diverged(transition, $"write returned {outcome.Count}, expected {count}");
        var expected = Expected(_states[transition.To!.Value]);
        var found = _machine!.ReadState(withZones: true);
        found.Zones.Remove($"{_node}/node");
        found.KeepSpans();
        foreach (var difference in expected.Differences(found))
            Diverged(transition, $"to {transition.To}: {difference}");
    }

    private void Diverged(RecordedTransition transition, string what)
    {
        var operation = $"from {transition.From} {transition.Op}";
        _report.Add(new Divergence(_trace.File, transition.Line, operation, what));
        // The machine is in another state than the recorded one.
        _state = null;
    }

    /// <summary>A recorded state has all zones of the explored node, but not the node's own span.</summary>
    private MachineState Expected(RecordedState state)
    {
        var expected = MachineState.Of(_trace.Header);
        expected.KeepSpans();
        expected.RemoveZones(_node);
        expected.Apply(new Snapshot
        {
            Blocks = state.Blocks,
            Nodes = state.Nodes,
            Zones = new() { [_node] = state.Zones },
        });
        return expected;
    }
}
