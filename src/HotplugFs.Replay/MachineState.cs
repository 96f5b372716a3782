using System.Globalization;
using System.Text.Json;
using HotplugFs.Engine;
using HotplugFs.Engine.Memory;

namespace HotplugFs.Replay;

/// <summary>What a recording says of a block at a moment.</summary>
/// <param name="State">The word in <c>state</c>.</param>
/// <param name="ValidZones">The words in <c>valid_zones</c>.</param>
/// <param name="Node">Number of the node.</param>
public readonly record struct BlockFacts(string State, string ValidZones, string Node)
{
    /// <summary>True if the kernel itself may use its pages: it is online, and the zone that stands first, its own, is not Movable.</summary>
    internal bool IsOnlineForKernel => State == "online" && !ValidZones.StartsWith("Movable", StringComparison.Ordinal);
}

/// <summary>What a recording says of a zone, or of a node's own span.</summary>
/// <param name="StartPfn">First page.</param>
/// <param name="Spanned">Pages spanned.</param>
/// <param name="Present">Pages online.</param>
public readonly record struct ZoneFacts(long StartPfn, long Spanned, long Present)
{
    /// <summary>Where a zone that spans nothing starts has no meaning: 4.4 writes it when it refuses a move (legacy.md 3.3).</summary>
    internal static ZoneFacts From(JsonElement json)
    {
        var spanned = json.GetProperty("spanned").GetInt64();
        return new ZoneFacts(spanned == 0 ? 0 : json.GetProperty("start_pfn").GetInt64(), spanned, json.GetProperty("present").GetInt64());
    }

    internal bool IsNothing => this == default;
}

/// <summary>
/// The whole state of a machine in the terms of the recordings: every block, the node state files, every zone. Recorded ones are kept
/// up to date from what each operation says has changed; simulated ones are taken from the machine.
/// </summary>
public sealed class MachineState
{
    /// <summary>The blocks by number.</summary>
    public SortedDictionary<int, BlockFacts> Blocks { get; } = [];

    /// <summary>The node state files by name; <c>!ENOENT</c> for one that is not there.</summary>
    public SortedDictionary<string, string> Nodes { get; } = [];

    /// <summary>Zones by <c>node/zone</c>; <c>node/node</c> is the node's own span. Those that are all zero are left out.</summary>
    public SortedDictionary<string, ZoneFacts> Zones { get; } = [];

    /// <summary>Another state like this one.</summary>
    internal MachineState Copy()
    {
        var copy = new MachineState();
        foreach (var (number, facts) in Blocks)
            copy.Blocks[number] = facts;
        foreach (var (file, text) in Nodes)
            copy.Nodes[file] = text;
        foreach (var (zone, facts) in Zones)
            copy.Zones[zone] = facts;
        return copy;
    }

    /// <summary>Takes over what a recording says; what it does not mention stays.</summary>
    /// <param name="json">A header, or the <c>snap</c> of an operation.</param>
    public void Apply(JsonElement json)
    {
        if (json.TryGetProperty("blocks", out var blocks))
            foreach (var block in blocks.EnumerateObject())
                ApplyBlock(int.Parse(block.Name, CultureInfo.InvariantCulture), block.Value);
        if (json.TryGetProperty("nodes", out var nodes))
            foreach (var file in nodes.EnumerateObject())
                Nodes[file.Name] = file.Value.GetString()!;
        if (json.TryGetProperty("zones", out var zones))
            foreach (var node in zones.EnumerateObject())
                ApplyZones(node.Name, node.Value);
    }

    private void ApplyBlock(int number, JsonElement facts)
    {
        if (facts.ValueKind == JsonValueKind.Null)
            Blocks.Remove(number);
        else if (facts.ValueKind == JsonValueKind.Array)
            Blocks[number] = new BlockFacts(facts[0].GetString()!, facts[1].GetString()!, facts[2].GetString()!);
        else
            Blocks[number] = new BlockFacts(
                facts.GetProperty("state").GetString()!, facts.GetProperty("valid_zones").GetString()!, facts.GetProperty("node").GetString()!);
    }

    /// <summary>A zone that a snapshot gives as null, or that is all zero, has nothing in it any more.</summary>
    private void ApplyZones(string node, JsonElement zones)
    {
        if (zones.ValueKind == JsonValueKind.Null)
        {
            foreach (var key in Zones.Keys.Where(key => key.StartsWith(node + "/", StringComparison.Ordinal)).ToArray())
                Zones.Remove(key);
            return;
        }
        foreach (var zone in zones.EnumerateObject())
        {
            var key = $"{node}/{zone.Name}";
            var facts = zone.Value.ValueKind == JsonValueKind.Null ? default : ZoneFacts.From(zone.Value);
            if (facts.IsNothing)
                Zones.Remove(key);
            else
                Zones[key] = facts;
        }
    }

    /// <summary>The state of a simulated machine.</summary>
    /// <param name="machine">The machine.</param>
    public static MachineState Of(Machine machine)
    {
        var state = new MachineState();
        for (var number = machine.Blocks.Next(0); number >= 0; number = machine.Blocks.Next(number + 1))
        {
            var block = machine[new BlockId(number)];
            state.Blocks[number] = new BlockFacts(
                block.State.Word(), machine.ValidZones(block.Id).ToString(), block.Node.Number.ToString(CultureInfo.InvariantCulture));
        }
        state.Nodes["possible"] = List(machine.NodeStates.Possible);
        state.Nodes["online"] = List(machine.NodeStates.Online);
        state.Nodes["has_memory"] = machine.HasMovableOnlyNodes ? List(machine.NodeStates.Memory) : "!ENOENT";
        state.Nodes["has_normal_memory"] = List(machine.NodeStates.NormalMemory);
        state.Nodes["has_cpu"] = List(machine.NodeStates.Cpu);
        foreach (var node in machine.PossibleNodes)
        {
            state.AddZone($"{node.Number}/node", node.Span, node.PresentPages);
            foreach (var zone in node.Zones)
                state.AddZone($"{node.Number}/{zone.Type.Name()}", zone.Span, zone.PresentPages);
        }
        return state;
    }

    private void AddZone(string key, PfnRange span, long presentPages) => AddZone(key, new ZoneFacts(span.Start, span.Length, presentPages));

    internal void AddZone(string key, ZoneFacts facts)
    {
        if (!facts.IsNothing)
            Zones[key] = facts;
    }

    private static string List(BlockSet set)
    {
        var text = new Abi.TextBuffer();
        Abi.KernelText.AppendList(text, Members(set));
        return text.ToString();
    }

    private static IEnumerable<int> Members(BlockSet set)
    {
        for (var number = set.Next(0); number >= 0; number = set.Next(number + 1))
            yield return number;
    }

    /// <summary>Leaves out the nodes' own spans, which /proc/zoneinfo does not have, and zones that span nothing.</summary>
    internal void ForgetNodeSpans()
    {
        foreach (var (key, facts) in Zones.ToArray())
            if (facts.Spanned == 0 || key.EndsWith("/node", StringComparison.Ordinal))
                Zones.Remove(key);
    }

    /// <summary>Where the other state is not like this one, one line each: what was expected and what was found.</summary>
    /// <param name="found">The other state.</param>
    /// <param name="zones">False to leave zones out, where the recording does not have them.</param>
    public IEnumerable<string> Differences(MachineState found, bool zones = true)
    {
        foreach (var line in Compare("block", Blocks, found.Blocks))
            yield return line;
        foreach (var line in Compare("node/", Nodes, found.Nodes))
            yield return line;
        if (!zones)
            yield break;
        foreach (var line in Compare("zone", Zones, found.Zones))
            yield return line;
    }

    private static IEnumerable<string> Compare<TKey, TFacts>(
        string kind, SortedDictionary<TKey, TFacts> expected, SortedDictionary<TKey, TFacts> found)
        where TKey : notnull
    {
        foreach (var key in expected.Keys.Union(found.Keys))
        {
            var was = found.TryGetValue(key, out var facts);
            var wanted = expected.TryGetValue(key, out var expectedFacts);
            if (was != wanted || !EqualityComparer<TFacts>.Default.Equals(facts, expectedFacts))
                yield return $"{kind} {key}: expected {(wanted ? expectedFacts : "none")}, got {(was ? facts : "none")}";
        }
    }
}
