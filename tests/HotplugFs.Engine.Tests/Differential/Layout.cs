using HotplugFs.Engine.Memory;

namespace HotplugFs.Engine.Tests.Differential;

/// <summary>Blocks that a node boots with.</summary>
/// <param name="First">Number of the first.</param>
/// <param name="Count">How many.</param>
/// <param name="Zone">Their zone; of a block that straddles a boundary, the zone of its lower half.</param>
/// <param name="Upper">The zone of its upper half, for a block that straddles a boundary.</param>
/// <param name="Stuck">They hold kernel pages, so they cannot go offline.</param>
internal sealed record BootRun(int First, int Count, ZoneType Zone, ZoneType? Upper = null, bool Stuck = false);

/// <summary>A node and what it boots with.</summary>
internal sealed record NodeLayout(int Number, bool HasCpu, params BootRun[] Boot)
{
    public override string ToString() => $"node{Number}{(HasCpu ? " cpu" : "")} [{string.Join(", ", Boot.Select(Describe))}]";

    private static string Describe(BootRun run) =>
        $"{run.First}-{run.First + run.Count - 1} {run.Zone.Name()}{(run.Upper is { } upper ? "|" + upper.Name() : "")}{(run.Stuck ? " stuck" : "")}";
}

/// <summary>
/// A machine at boot, from which the engine and the model each make theirs. Positions and amounts are in halves of a block, so that a
/// block can straddle a zone boundary.
/// </summary>
internal sealed record Layout(params NodeLayout[] Nodes)
{
    /// <summary>Where memory above 4 GiB begins, as a block number.</summary>
    public const int Dma32End = 32;

    public IEnumerable<(NodeLayout Node, BootRun Run, int Block)> BootBlocks() =>
        from node in Nodes from run in node.Boot from block in Enumerable.Range(run.First, run.Count) select (node, run, block);

    /// <summary>What a zone spans at boot: its memory, and zone DMA32 all that is below 4 GiB if the node has memory above it.</summary>
    public (int Start, int End) BootSpan(int node, ZoneType zone)
    {
        var halves = Halves(node, zone).ToArray();
        if (halves.Length == 0)
            return (0, 0);
        var reachesHigh = BootBlocks().Any(boot => boot.Node.Number == node && boot.Block >= Dma32End);
        return (halves.Min(), zone == ZoneType.Dma32 && reachesHigh ? 2 * Dma32End : halves.Max() + 1);
    }

    /// <summary>The half blocks of a zone at boot.</summary>
    public IEnumerable<int> Halves(int node, ZoneType zone) =>
        from boot in BootBlocks()
        where boot.Node.Number == node
        from half in new[] { (Place: 2 * boot.Block, boot.Run.Zone), (Place: 2 * boot.Block + 1, Zone: boot.Run.Upper ?? boot.Run.Zone) }
        where half.Zone == zone
        select half.Place;

    /// <summary>The same as the engine wants it.</summary>
    public MachineDefinition ToDefinition(bool movableNode) => new()
    {
        BlockSizeBytes = Machines.BlockSize,
        MovableNode = movableNode,
        Nodes = [.. Nodes.Select((node, index) => new NodeDefinition(node.Number, node.HasCpu ? [index] : []))],
        Memory = [.. from node in Nodes from run in node.Boot select ToRange(node, run)],
        Zones = BootBlocks().Any(boot => boot.Run.Upper is not null) ? [.. Figures()] : [],
    };

    private static MemoryRange ToRange(NodeLayout node, BootRun run) =>
        new(new BlockId(run.First), run.Count, node.Number, run.Upper is { } upper ? ((ZoneSet)run.Zone).With(upper) : run.Zone);

    /// <summary>The engine does not guess where inside a block a boundary lies, so it is told.</summary>
    private IEnumerable<ZoneFigures> Figures()
    {
        const long HalfPages = Machines.BlockSize / 2 / PhysicalMemory.PageSizeBytes;
        foreach (var (node, zone) in from node in Nodes from zone in MachineModel.Zones select (node.Number, zone))
        {
            var (start, end) = BootSpan(node, zone);
            var pages = Halves(node, zone).Count() * HalfPages;
            if (end > 0)
                yield return new ZoneFigures(node, zone, new PfnRange(start * HalfPages, end * HalfPages), pages, pages, true) { PresentBootPages = pages };
        }
    }

    public override string ToString() => string.Join("; ", Nodes.Select(node => node.ToString()));
}
