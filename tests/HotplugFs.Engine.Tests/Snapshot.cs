namespace HotplugFs.Engine.Tests;

/// <summary>The state of a machine as text that can be compared.</summary>
internal static class Snapshot
{
    /// <summary>Of each block the state, the node and the device flag.</summary>
    public static string Blocks(Machine machine) => string.Join("; ", Ids(machine).Select(id =>
    {
        var block = machine[id];
        return $"{id} {block.State.Word()} node{block.Node.Number} {(block.DeviceOnline ? "flag" : "")}";
    }));

    /// <summary>The zone of each block, and the spans.</summary>
    public static string Zones(Machine machine) => string.Join(" | ",
        string.Join("; ", Ids(machine).Select(id => $"{id} {machine[id].Zones.Lowest}")),
        string.Join("; ", AllZones(machine).Select(zone => $"{zone} {zone.Span} {zone.Initialized}")),
        string.Join("; ", machine.PossibleNodes.Select(node => $"{node.Number} {node.Span}")));

    /// <summary>Page counts, node states and DIMMs.</summary>
    public static string Figures(Machine machine) => string.Join(" | ",
        string.Join("; ", AllZones(machine).Select(zone => $"{zone} {zone.PresentPages} {zone.ManagedPages}")),
        Members(machine.NodeStates.Online),
        Members(machine.NodeStates.Memory),
        Members(machine.NodeStates.NormalMemory),
        string.Join("; ", machine.Dimms.Select(dimm => dimm.Id)));

    public static string All(Machine machine) => $"{Blocks(machine)} || {Zones(machine)} || {Figures(machine)}";

    public static IEnumerable<BlockId> Ids(Machine machine)
    {
        for (var number = machine.Blocks.Next(0); number >= 0; number = machine.Blocks.Next(number + 1))
            yield return new BlockId(number);
    }

    private static IEnumerable<Zone> AllZones(Machine machine) => machine.PossibleNodes.SelectMany(node => node.Zones);

    private static string Members(BlockSet set)
    {
        var members = new List<int>();
        for (var number = set.Next(0); number >= 0; number = set.Next(number + 1))
            members.Add(number);
        return string.Join(',', members);
    }
}
