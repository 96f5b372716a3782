using HotplugFs.Machines.Recordings;

namespace HotplugFs.Replay;

/// <summary>
/// The whole state of a machine in the terms of recordings: all blocks, node states and zones. Recorded states start at a header and change
/// with each snapshot; the states of simulated machines are read from their files.
/// </summary>
internal sealed class MachineState
{
    /// <summary>The name of the file that only machines with zone HighMem have.</summary>
    public const string HighMemory = "has_high_memory";

    /// <summary>Stands for the text of a file that does not exist.</summary>
    public const string Absent = "!ENOENT";

    /// <summary>The blocks by number.</summary>
    public SortedDictionary<int, BlockFacts> Blocks { get; } = [];

    /// <summary>The texts of the files in <c>node/</c>; <c>!ENOENT</c> for a file that does not exist.</summary>
    public SortedDictionary<string, string> Nodes { get; } = [];

    /// <summary>The zones by <c>node/zone</c>, except those without memory; <c>node/node</c> is the node's own span.</summary>
    public SortedDictionary<string, ZoneFacts> Zones { get; } = [];

    /// <summary>Returns the state at the beginning of a recording.</summary>
    public static MachineState Of(RecordingHeader header)
    {
        var state = new MachineState();
        foreach (var (number, block) in header.Blocks)
            state.Blocks[number] = new BlockFacts(block.State, block.ValidZones, block.Node);
        foreach (var (file, text) in header.Nodes)
            state.Nodes[file] = text;
        state.Nodes[HighMemory] = header.HighMemory ?? Absent;
        foreach (var (node, zones) in header.Zones)
            foreach (var (zone, facts) in zones)
                state.SetZone($"{node}/{zone}", ZoneFacts.Of(facts));
        return state;
    }

    public MachineState Copy()
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

    /// <summary>Applies the changes of a snapshot.</summary>
    public void Apply(Snapshot snapshot)
    {
        if (snapshot.Blocks is { } blocks)
            foreach (var (number, facts) in blocks)
                SetBlock(number, facts);
        if (snapshot.Nodes is { } nodes)
            foreach (var (file, text) in nodes)
                Nodes[file] = text;
        if (snapshot.HighMemory is { } high)
            Nodes[HighMemory] = high;
        if (snapshot.Zones is { } zones)
            foreach (var (node, changed) in zones)
                ApplyZones(node, changed);
    }

    /// <summary>Returns what changes of blocks and nodes lead to a later state; null if there are none.</summary>
    public Snapshot? ChangesTo(MachineState later)
    {
        var blocks = ChangesTo(Blocks, later.Blocks);
        var nodes = ChangesTo(Nodes, later.Nodes);
        return blocks is null && nodes is null ? null : new Snapshot { Blocks = blocks, Nodes = nodes! };
    }

    private static Dictionary<TKey, TFacts?>? ChangesTo<TKey, TFacts>(
        SortedDictionary<TKey, TFacts> facts, SortedDictionary<TKey, TFacts> later)
        where TKey : notnull
        where TFacts : class
    {
        var changes = facts.Keys.Union(later.Keys)
            .Where(key => !Equals(facts.GetValueOrDefault(key), later.GetValueOrDefault(key)))
            .ToDictionary(key => key, key => later.GetValueOrDefault(key));
        return changes.Count == 0 ? null : changes;
    }

    private void SetBlock(int number, BlockFacts? facts)
    {
        if (facts is not null)
            Blocks[number] = facts;
        else
            Blocks.Remove(number);
    }

    private void ApplyZones(int node, Dictionary<string, RecordedZone?>? zones)
    {
        if (zones is null)
        {
            RemoveZones(node);
            return;
        }
        foreach (var (zone, facts) in zones)
            SetZone($"{node}/{zone}", facts is null ? default : ZoneFacts.Of(facts));
    }

    /// <summary>Sets a zone, or removes one that has no memory.</summary>
    public void SetZone(string key, ZoneFacts facts)
    {
        if (facts.IsEmpty)
            Zones.Remove(key);
        else
            Zones[key] = facts;
    }

    /// <summary>Removes all zones of a node, and its span.</summary>
    public void RemoveZones(int node)
    {
        foreach (var key in Zones.Keys.Where(key => key.StartsWith($"{node}/", StringComparison.Ordinal)).ToArray())
            Zones.Remove(key);
    }

    /// <summary>Removes what <c>/proc/zoneinfo</c> does not have: the spans of nodes, and zones that span nothing.</summary>
    public void RemoveNodeSpans()
    {
        foreach (var (key, facts) in Zones.ToArray())
            if (facts.Spanned == 0 || key.EndsWith("/node", StringComparison.Ordinal))
                Zones.Remove(key);
    }

    /// <summary>Takes the zones that a recorder derived for blocks without a file <c>valid_zones</c> for those that they may have.</summary>
    public void AdoptDerivedZones(MachineState recorded)
    {
        foreach (var (number, facts) in Blocks.ToArray())
            if (facts.ValidZones == Absent && recorded.Blocks.GetValueOrDefault(number) is { } derived)
                Blocks[number] = facts with { ValidZones = derived.ValidZones };
    }

    /// <summary>Removes what state spaces do not have: managed pages, and whether a zone was ever in use.</summary>
    public void KeepSpans()
    {
        foreach (var (key, facts) in Zones.ToArray())
            SetZone(key, facts with { Managed = null, Initialized = null });
    }

    /// <summary>Returns a line with the expected and the actual value for each difference from another state.</summary>
    /// <param name="zones">False to leave the zones out.</param>
    public IEnumerable<string> Differences(MachineState found, bool zones = true)
    {
        var differences = Compare("block", Blocks, found.Blocks).Concat(Compare("node/", Nodes, found.Nodes));
        return zones ? differences.Concat(ZoneDifferences(found)) : differences;
    }

    /// <inheritdoc cref="Differences"/>
    public IEnumerable<string> ZoneDifferences(MachineState found)
    {
        var comparable = new SortedDictionary<string, ZoneFacts>();
        foreach (var (key, facts) in found.Zones)
            comparable[key] = Zones.TryGetValue(key, out var recorded) ? facts.Restrict(recorded) : facts;
        return Compare("zone", Zones, comparable);
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
