namespace HotplugFs.Engine.Tests.Differential;

/// <summary>The rules since 4.13: a block gets its zone when it comes online, and a zone spans its online blocks.</summary>
/// <param name="frozen">True if the nodes with normal memory are those of boot for ever.</param>
internal class ModernModel(Layout layout, bool movableNode, bool frozen = false) : MachineModel(layout)
{
    private const long PagesInHalf = Machines.BlockSize / 2 / PageSize.Usual;

    private static readonly ZoneType[] LowZones = [ZoneType.Dma, ZoneType.Dma32];

    public bool IsAutoMovable { get; set; }

    public long RatioPercent { get; set; } = 301;

    public bool IsNumaAware { get; set; } = true;

    /// <summary>From the first to the last online half block. Zone DMA32 keeps the part at its end that had no memory at boot.</summary>
    public override (int Start, int End) Span(int node, ZoneType zone)
    {
        var start = int.MaxValue;
        var end = 0;
        foreach (var block in Blocks.Where(block => block.Online && block.Node == node))
        {
            foreach (var (place, half) in new[] { (block.Start, block.Zone), (block.Start + 1, block.Upper ?? block.Zone) })
                if (half == zone)
                    (start, end) = (Math.Min(start, place), Math.Max(end, place + 1));
        }
        if (end == 0)
            return (0, 0);
        return (start, Math.Max(end, EmptyEnd(node, zone)));
    }

    /// <summary>The end of a zone that had no memory at its end at boot; otherwise 0.</summary>
    private int EmptyEnd(int node, ZoneType zone)
    {
        var end = Layout.BootSpan(node, zone).End;
        return end > 0 && !Layout.Halves(node, zone).Contains(end - 1) ? end : 0;
    }

    private bool Meets(ModelBlock block, ZoneType zone)
    {
        var (start, end) = Span(block.Node, zone);
        return start < block.End && block.Start < end;
    }

    private ZoneType KernelZone(ModelBlock block)
    {
        foreach (var zone in LowZones)
            if (Meets(block, zone))
                return zone;
        return ZoneType.Normal;
    }

    private ZoneType DefaultZone(ModelBlock block)
    {
        if (IsAutoMovable)
            return MovableIsAllowed(block) ? ZoneType.Movable : KernelZone(block);
        return (Meets(block, KernelZone(block)), Meets(block, ZoneType.Movable)) switch
        {
            (true, false) => KernelZone(block),
            (false, true) => ZoneType.Movable,
            _ => movableNode ? ZoneType.Movable : KernelZone(block),
        };
    }

    private bool MovableIsAllowed(ModelBlock block)
    {
        var group = block.Dimm is null ? [block] : OfDimm(block.Dimm);
        if (RatioPercent == 0 || group.Any(other => other.Online && other.Zone != ZoneType.Movable))
            return false;
        var rest = group.Count(other => !other.Online) * 2;
        return Fits(Layout.Nodes, rest) && (!IsNumaAware || Fits(Layout.Nodes.Where(node => node.Number == block.Node), rest));
    }

    private bool Fits(IEnumerable<NodeLayout> nodes, int rest)
    {
        var (movable, kernel) = (0L, 0L);
        foreach (var node in nodes)
        {
            movable += Present(node.Number, ZoneType.Movable);
            foreach (var block in Blocks.Where(block => block is { IsBoot: true, Online: true } && block.Node == node.Number))
                kernel += Amount(block, ZoneType.Dma) + Amount(block, ZoneType.Dma32) + Amount(block, ZoneType.Normal);
        }
        return (movable + rest) * PagesInHalf <= RatioPercent * (kernel * PagesInHalf) / 100;
    }

    protected override string PrepareOnline(ModelBlock block, OnlineType request, out ZoneType zone)
    {
        zone = request switch
        {
            OnlineType.OnlineKernel => KernelZone(block),
            OnlineType.OnlineMovable => ZoneType.Movable,
            _ => DefaultZone(block),
        };
        if (zone != ZoneType.Movable && block.End == EmptyEnd(block.Node, zone))
            throw new RulesAreSilentException($"{zone.Name()} of node {block.Node} begins to have memory where it ends");
        return Ok;
    }

    protected override string CheckOffline(ModelBlock block) => block.Upper is null ? Ok : Errno.EINVAL.Name();

    public override string ValidZones(ModelBlock block)
    {
        if (block.Online)
            return block.Upper is null ? block.Zone.Name() : "none";
        ZoneType[] zones = [DefaultZone(block), KernelZone(block), ZoneType.Movable];
        return string.Join(' ', zones.Distinct().Select(zone => zone.Name()));
    }

    public override string Settings() => $"{IsAutoMovable} {RatioPercent} {IsNumaAware}";

    public override bool HasNormalMemory(int node) => frozen
        ? Layout.BootBlocks().Any(boot => boot.Node.Number == node && boot.Run.Zone < ZoneType.Movable)
        : KernelPresent(node) > 0;

    protected override ZoneType ZoneForNew(int node, int first, int count) => ZoneType.Normal;

    protected override void Removed(ModelBlock block, ModelBlock first)
    {
    }
}
