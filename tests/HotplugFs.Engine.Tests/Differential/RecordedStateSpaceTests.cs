using System.IO.Compression;
using System.Text.Json;

namespace HotplugFs.Engine.Tests.Differential;

/// <summary>
/// Compares model and engine with recordings that explored the whole state space of three blocks on a real kernel: the same transitions,
/// errors and states.
/// </summary>
public sealed class RecordedStateSpaceTests
{
    private const long PagesInHalf = Machines.BlockSize / 2 / PageSize.Usual;

    private static string Folder => Path.Combine(AppContext.BaseDirectory, "recordings");

    public static IEnumerable<string> Recordings() =>
        Directory.GetFiles(Folder, "*-x-*.jsonl.gz").Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal);

    /// <summary>
    /// The engine makes every operation of the recording in every state that it reaches. A recording that is not complete has fewer
    /// transitions, and perhaps fewer states.
    /// </summary>
    [TestCaseSource(nameof(Recordings))]
    public void Engine_ExploringByItself_ReachesTheRecordedStates(string name)
    {
        var lines = Lines(Path.Combine(Folder, name)).ToArray();
        var header = lines[0];
        Operation[] operations =
        [
            .. lines.Where(line => line.TryGetProperty("op", out _)).Select(line => OperationOf(line.GetProperty("op"))).Distinct(),
        ];
        var (states, transitions) = Explore(header, operations);
        TestContext.Out.WriteLine($"{states.Count} states, {transitions} transitions");
        var recorded = lines.Where(line => line.TryGetProperty("state", out _)).Select(Look).ToHashSet();
        Assert.That(recorded, Has.Count.EqualTo(header.GetProperty("states").GetInt32()));
        Assert.That(recorded.Except(states), Is.Empty, "states that the engine does not reach");
        if (!header.GetProperty("complete").GetBoolean())
            return;
        Assert.That(states.Except(recorded), Is.Empty, "states that the kernel does not reach");
        Assert.That(transitions, Is.EqualTo(header.GetProperty("transitions").GetInt32()));
    }

    /// <summary>Returns all states that the operations lead to, and how many transitions there are.</summary>
    private static (HashSet<string> States, int Transitions) Explore(JsonElement header, Operation[] operations)
    {
        var (era, layout, prelude) = (EraOf(header), LayoutOf(header), DimmsOf(header).ToArray());
        Machine At(IEnumerable<Operation> way)
        {
            var machine = era.Engine(layout);
            foreach (var operation in way)
                machine.Apply(operation);
            return machine;
        }
        var states = new HashSet<string> { Look(At(prelude)) };
        var queue = new Queue<Operation[]>([prelude]);
        var transitions = 0;
        while (queue.TryDequeue(out var way))
        {
            var before = At(way);
            foreach (var operation in operations.Where(operation => IsPossible(before, operation)))
            {
                transitions++;
                var machine = At([.. way, operation]);
                if (states.Add(Look(machine)))
                    queue.Enqueue([.. way, operation]);
            }
        }
        return (states, transitions);
    }

    private static bool IsPossible(Machine machine, Operation operation) => operation switch
    {
        WriteState write => machine.Blocks.Contains(write.Block),
        Plug plug => machine.Dimms.Find(plug.Id) is null,
        // Blocks were unplugged only while they were offline.
        Unplug unplug => machine.Dimms.Find(unplug.Id) is { } dimm && machine[dimm.First].State == MemoryBlockState.Offline,
        _ => throw new ArgumentException($"no recording has {operation}"),
    };

    [TestCaseSource(nameof(Recordings))]
    [Category("Slow")]
    public void Recording_OfAStateSpace_IsThatOfTheModelAndOfTheEngine(string name)
    {
        var lines = Lines(Path.Combine(Folder, name)).ToArray();
        var header = lines[0];
        var states = lines.Where(line => line.TryGetProperty("state", out _)).ToDictionary(line => line.GetProperty("state").GetInt32());
        var transitions = lines.Where(line => line.TryGetProperty("from", out _)).ToLookup(line => line.GetProperty("from").GetInt32());
        var ways = new Dictionary<int, Operation[]> { [0] = [.. DimmsOf(header)] };
        var queue = new Queue<int>([0]);
        var followed = 0;
        while (queue.TryDequeue(out var from))
        {
            foreach (var transition in transitions[from])
            {
                var operation = OperationOf(transition.GetProperty("op"));
                var twins = new Twins(EraOf(header), LayoutOf(header));
                foreach (var step in ways[from])
                    twins.Replay(step);
                Assert.That(twins.Do(operation, out var outcome), $"{transition}");
                Assert.That(ErrorOf(outcome), Is.EqualTo(transition.GetProperty("err").GetString()), $"{transition}");
                var to = transition.GetProperty("to").GetInt32();
                Assert.That(Look(twins.Model), Is.EqualTo(Look(states[to])), $"{transition}");
                followed++;
                if (ways.TryAdd(to, [.. ways[from], operation]))
                    queue.Enqueue(to);
            }
        }
        TestContext.Out.WriteLine($"{ways.Count} states, {followed} transitions");
        var expected = (header.GetProperty("states").GetInt32(), header.GetProperty("transitions").GetInt32());
        Assert.That((ways.Count, followed), Is.EqualTo(expected));
    }

    private static IEnumerable<JsonElement> Lines(string path)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        while (reader.ReadLine() is { } line)
            yield return JsonDocument.Parse(line).RootElement;
    }

    private static Era EraOf(JsonElement header)
    {
        var parts = header.GetProperty("kernel").GetString()!.Split('-');
        return new Era(parts[0], parts.ElementAtOrDefault(1) == "mny");
    }

    /// <summary>The layout of these machines: all boot memory is on node 0, below 4 GiB.</summary>
    private static Layout LayoutOf(JsonElement header)
    {
        var explored = header.GetProperty("blocks_explored").EnumerateArray().Select(block => block.GetInt32()).ToHashSet();
        var boot = header.GetProperty("blocks").EnumerateObject().Count(block => !explored.Contains(int.Parse(block.Name)));
        return new Layout(new NodeLayout(0, true, new BootRun(0, boot, ZoneType.Dma32)), new NodeLayout(1, false));
    }

    private static IEnumerable<Operation> DimmsOf(JsonElement header) =>
        header.GetProperty("blocks_explored").EnumerateArray().Select(block => PlugOf(block.GetInt32()));

    private static Plug PlugOf(int block) => new($"b{block}", 1, block, 1);

    private static Operation OperationOf(JsonElement op)
    {
        var (block, word) = (op[0].GetInt32(), op[1].GetString()!);
        return word switch
        {
            "add" => PlugOf(block),
            "del" => new Unplug($"b{block}"),
            _ => new WriteState(block, StateWords.AllRequests.Single(request => request.Word() == word)),
        };
    }

    /// <summary>The errno; 4.9 fails with EINVAL if the block is already in the requested state.</summary>
    private static string? ErrorOf(string outcome) => outcome switch
    {
        MachineModel.Ok => null,
        MachineModel.Already => Errno.EINVAL.Name(),
        _ => outcome,
    };

    private static string Look(MachineModel model)
    {
        var blocks = model.Blocks.Where(block => !block.IsBoot).OrderBy(block => block.Number)
            .Select(block => $"{block.Number} {(block.Online ? "online" : "offline")} {model.ValidZones(block)} {block.Node}");
        var zones = new[] { ZoneType.Normal, ZoneType.Movable }
            .Select(zone => (zone, Span: model.Span(1, zone), Present: model.Present(1, zone)))
            .Where(zone => zone.Span.End > 0)
            .Select(zone => $"{zone.zone.Name()} {zone.Span.Start} {zone.Span.End} {zone.Present}");
        var normal = new[] { 0, 1 }.Where(model.HasNormalMemory);
        var online = new[] { 0, 1 }.Where(model.IsNodeOnline);
        return Join(blocks, zones, string.Join('-', online), string.Join('-', normal));
    }

    private static string Look(Machine machine)
    {
        var blocks = Snapshot.Ids(machine).Select(id => machine[id]).Where(block => !block.IsBoot)
            .Select(block => $"{block.Id.Number} {block.State.Word()} {machine.ValidZones(block.Id)} {block.Node.Number}");
        var zones = new[] { ZoneType.Normal, ZoneType.Movable }
            .Select(machine.FindNode(1)!.Zone)
            .Where(zone => !zone.Span.IsEmpty)
            .Select(zone => $"{zone.Type.Name()} {zone.Span.Start / PagesInHalf} {zone.Span.End / PagesInHalf} {zone.PresentPages / PagesInHalf}");
        var states = machine.NodeStates;
        return Join(blocks, zones, string.Join('-', states.Online.Members()), string.Join('-', states.NormalMemory.Members()));
    }

    private static string Look(JsonElement state)
    {
        var blocks = state.GetProperty("blocks").EnumerateObject()
            .Where(block => block.Value.ValueKind != JsonValueKind.Null)
            .OrderBy(block => int.Parse(block.Name))
            .Select(block => $"{block.Name} {block.Value[0]} {block.Value[1]} {block.Value[2]}");
        var zones = new[] { "Normal", "Movable" }
            .Where(zone => state.GetProperty("zones").TryGetProperty(zone, out _))
            .Select(zone => (zone, Figures: state.GetProperty("zones").GetProperty(zone)))
            .Where(zone => Halves(zone.Figures, "spanned") > 0)
            .Select(zone => (zone.zone, Start: Halves(zone.Figures, "start_pfn"), Length: Halves(zone.Figures, "spanned"), zone.Figures))
            .Select(zone => $"{zone.zone} {zone.Start} {zone.Start + zone.Length} {Halves(zone.Figures, "present")}");
        var nodes = state.GetProperty("nodes");
        return Join(blocks, zones, nodes.GetProperty("online").GetString()!, nodes.GetProperty("has_normal_memory").GetString()!);
    }

    private static long Halves(JsonElement figures, string name) => figures.GetProperty(name).GetInt64() / PagesInHalf;

    private static string Join(IEnumerable<string> blocks, IEnumerable<string> zones, string online, string normal) =>
        $"{string.Join(", ", blocks)}; {string.Join(", ", zones)}; online {online}; normal {normal}";
}
