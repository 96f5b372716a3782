using System.Globalization;
using System.Text;
using System.Text.Json;
using HotplugFs.Abi;

namespace HotplugFs.Replay;

/// <summary>
/// Replays a recording of kind x: a whole state space of a few blocks. Each recorded transition is taken once, on a machine brought to
/// the state it starts from by a recorded way, and both its outcome and the state it leads to are compared. Where booting is cheap the way
/// begins at boot, the shortest; else the machine walks on from where it is, to the nearest state with a transition not taken yet.
/// </summary>
internal sealed class StateSpaceReplayer : IDisposable
{
    private readonly Trace _trace;
    private readonly ReplayReport _report;
    private readonly ReplayOptions _options;
    private readonly string _node;
    private readonly Dictionary<long, JsonElement> _states = [];
    private readonly ILookup<long, TraceLine> _outgoing;
    private readonly Dictionary<long, Queue<TraceLine>> _left = [];

    private IReplayMachine? _machine;
    private Controls? _controls;

    /// <summary>Where the machine is; null if it is not known, or if there is none.</summary>
    private long? _state;

    public StateSpaceReplayer(Trace trace, ReplayReport report, ReplayOptions options)
    {
        _trace = trace;
        _report = report;
        _options = options;
        _node = trace.Header.GetProperty("node").GetString()!;
        var transitions = new List<TraceLine>();
        foreach (var line in trace.Lines)
        {
            if (line.Has("state"))
                _states.Add(line.Needed("state"), line.Json);
            else if (line.Has("from"))
                transitions.Add(line);
        }
        _outgoing = transitions.Where(line => line.Has("to")).ToLookup(line => line.Needed("from"));
        foreach (var line in transitions.Where(line => !line.Has("to")))
            _report.Skip("the recorded kernel crashed");
        foreach (var group in _outgoing)
            _left[group.Key] = new Queue<TraceLine>(group);
    }

    public static bool IsStateSpace(Trace trace) => trace.Header.TryGetProperty("blocks_explored", out _);

    public void Run()
    {
        while (WayToWork() is { } way)
        {
            _options.BeforeOperation();
            foreach (var step in way)
                _ = Replayer.Guard(_trace, step, () => Take(step));
            var transition = _left[_state!.Value].Dequeue();
            var outcome = Replayer.Guard(_trace, transition, () => Take(transition));
            Compare(transition, outcome);
        }
    }

    public void Dispose() => _machine?.Dispose();

    /// <summary>The transitions that lead to the nearest state with one that was not taken yet, from where the machine is or from boot.</summary>
    private List<TraceLine>? WayToWork()
    {
        if (!_options.Machines.BootsAreCheap && _state is { } here && Search(here) is { } near)
            return near;
        if (Search(0) is not { } way)
        {
            foreach (var _ in _left.Values.SelectMany(queue => queue))
                _report.Skip("no recorded way leads there");
            return null;
        }
        _machine?.Dispose();
        _machine = null;
        _machine = _options.Machines.Boot(_trace);
        _controls = new Controls(_machine);
        _state = 0;
        return way;
    }

    private List<TraceLine>? Search(long start)
    {
        var ways = new Dictionary<long, List<TraceLine>> { [start] = [] };
        var queue = new Queue<long>([start]);
        while (queue.TryDequeue(out var state))
        {
            if (_left.TryGetValue(state, out var left) && left.Count > 0)
                return ways[state];
            foreach (var transition in _outgoing[state])
            {
                var target = transition.Needed("to");
                if (ways.TryAdd(target, [.. ways[state], transition]))
                    queue.Enqueue(target);
            }
        }
        return null;
    }

    private FileOutcome Take(TraceLine transition)
    {
        var operation = transition.Json.GetProperty("op");
        var block = operation[0].GetInt32();
        var word = operation[1].GetString()!;
        _controls!.AnswerOfflines(transition.Text("err") switch
        {
            "EBUSY" => Controls.Busy,
            "EAGAIN" => Controls.Again,
            _ => Controls.Succeed,
        });
        var outcome = word switch
        {
            "add" => Outcome(Plug(block)),
            "del" => Outcome(_controls.Unplug(_controls.FindDimm(block) ?? "none")),
            _ => _machine!.Write($"memory/memory{block}/state", Encoding.ASCII.GetBytes(word), uid: 0),
        };
        _state = transition.Needed("to");
        return outcome;
    }

    private Result Plug(int block)
    {
        var size = _trace.Machine.Definition.BlockSizeBytes;
        return _controls!.Plug($"x{block}", long.Parse(_node, CultureInfo.InvariantCulture), size, block * size);
    }

    private static FileOutcome Outcome(Result result) => result.IsOk ? default : new FileOutcome(result.Error.Name(), null, [], 0);

    private void Compare(TraceLine transition, FileOutcome outcome)
    {
        _report.Count();
        var operation = transition.Json.GetProperty("op").GetRawText();
        void Diverged(string what)
        {
            _report.Diverged(new Divergence(_trace.File, transition.Number, $"from {transition.Number64("from")} {operation}", what));
            // Whatever it is in, it is not where the recording says.
            _state = null;
        }

        if (outcome.Error != transition.Text("err"))
            Diverged($"got {outcome.Error ?? "success"}, expected {transition.Text("err") ?? "success"}");
        if (transition.Number64("n") is { } count && outcome.Count != count)
            Diverged($"write returned {outcome.Count}, expected {count}");
        var expected = Expected(_states[transition.Needed("to")]);
        var found = _machine!.ReadState(withZones: true);
        found.Zones.Remove($"{_node}/node");
        foreach (var difference in expected.Differences(found))
            Diverged($"to {transition.Number64("to")}: {difference}");
    }

    /// <summary>A state lists all zones of the explored node, and not the node's own span.</summary>
    private MachineState Expected(JsonElement state)
    {
        var expected = new MachineState();
        expected.Apply(_trace.Header);
        foreach (var key in expected.Zones.Keys.Where(key => key.StartsWith(_node + "/", StringComparison.Ordinal)).ToArray())
            expected.Zones.Remove(key);
        using var document = JsonDocument.Parse(
            $"{{\"blocks\":{state.GetProperty("blocks").GetRawText()},\"nodes\":{state.GetProperty("nodes").GetRawText()}," +
            $"\"zones\":{{\"{_node}\":{state.GetProperty("zones").GetRawText()}}}}}");
        expected.Apply(document.RootElement);
        return expected;
    }
}
