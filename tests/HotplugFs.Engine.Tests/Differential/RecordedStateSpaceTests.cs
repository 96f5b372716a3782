using System.IO.Compression;
using System.Text.Json;

namespace HotplugFs.Engine.Tests.Differential;

/// <summary>
/// Compares model and engine with recordings that explored the whole state space of three blocks on a real kernel: the same transitions,
/// errors and states.
/// </summary>
[Category("Slow")]
public sealed class RecordedStateSpaceTests
{
    private const long PagesInHalf = Machines.BlockSize / 2 / PhysicalMemory.PageSizeBytes;

    private static string Folder => Path.Combine(AppContext.BaseDirectory, "recordings");

    public static IEnumerable<string> Recordings() =>
        Directory.GetFiles(Folder, "*-x-*.jsonl.gz").Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal);

    [TestCaseSource(nameof(Recordings))]
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
