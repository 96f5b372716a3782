namespace HotplugFs.Engine.Tests.Differential;

/// <summary>Consecutive blocks of boot memory.</summary>
/// <param name="First">Number of the first block.</param>
/// <param name="Count">Number of blocks.</param>
/// <param name="Zone">The zone; that of the lower half if the block straddles a zone boundary.</param>
/// <param name="Upper">The zone of the upper half if the block straddles a zone boundary.</param>
/// <param name="Stuck">True if the blocks hold kernel pages, so that they cannot go offline.</param>
internal sealed record BootRun(int First, int Count, ZoneType Zone, ZoneType? Upper = null, bool Stuck = false);

/// <summary>A node and its boot memory.</summary>
internal sealed record NodeLayout(int Number, bool HasCpu, params BootRun[] Boot)
{
    public override string ToString() => $"node{Number}{(HasCpu ? " cpu" : "")} [{string.Join(", ", Boot.Select(Describe))}]";

    private static string Describe(BootRun run)
    {
        var upper = run.Upper is { } zone ? "|" + zone.Name() : "";
        return $"{run.First}-{run.First + run.Count - 1} {run.Zone.Name()}{upper}{(run.Stuck ? " stuck" : "")}";
    }
}

/// <summary>
/// A machine at boot, which engine and model each build. Positions and amounts are in half blocks, so that a block can straddle a zone
/// boundary.
/// </summary>
internal sealed record Layout(params NodeLayout[] Nodes)
{
    /// <summary>The first block above 4 GiB.</summary>
    public const int Dma32End = 32;

    public IEnumerable<(NodeLayout Node, BootRun Run, int Block)> BootBlocks() =>
        from node in Nodes from run in node.Boot from block in Enumerable.Range(run.First, run.Count) select (node, run, block);

    /// <summary>The span of a zone at boot: its memory. If the node has memory above 4 GiB, zone DMA32 ends there.</summary>
    public (int Start, int End) BootSpan(int node, ZoneType zone)
    {
        var halves = Halves(node, zone).ToArray();
        if (halves.Length == 0)
            return (0, 0);
        var reachesHigh = BootBlocks().Any(boot => boot.Node.Number == node && boot.Block >= Dma32End);
        return (halves.Min(), zone == ZoneType.Dma32 && reachesHigh ? 2 * Dma32End : halves.Max() + 1);
    }

    /// <summary>The half blocks in a zone at boot.</summary>
    public IEnumerable<int> Halves(int node, ZoneType zone) =>
        from boot in BootBlocks()
        where boot.Node.Number == node
        from half in new[] { (Place: 2 * boot.Block, boot.Run.Zone), (Place: 2 * boot.Block + 1, Zone: boot.Run.Upper ?? boot.Run.Zone) }
        where half.Zone == zone
        select half.Place;

    /// <summary>Converts the layout to the engine's form.</summary>
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

    /// <summary>The figures of all zones, which the engine needs if a zone boundary is inside a block.</summary>
    private IEnumerable<ZoneFigures> Figures()
    {
        const long HalfPages = Machines.BlockSize / 2 / PageSize.Usual;
        foreach (var (node, zone) in from node in Nodes from zone in MachineModel.Zones select (node.Number, zone))
        {
            var (start, end) = BootSpan(node, zone);
            var pages = Halves(node, zone).Count() * HalfPages;
            var span = new PfnRange(start * HalfPages, end * HalfPages);
            if (end > 0)
                yield return new ZoneFigures(node, zone, span, pages, pages, true) { PresentBootPages = pages };
        }
    }

    public override string ToString() => string.Join("; ", Nodes.Select(node => node.ToString()));
}
