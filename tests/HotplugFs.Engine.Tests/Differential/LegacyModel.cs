namespace HotplugFs.Engine.Tests.Differential;

/// <summary>What differs between the kernels up to 4.12.</summary>
/// <param name="Refused">The errno of a refused zone.</param>
/// <param name="AddsMovable">New memory above zone Movable becomes Movable.</param>
/// <param name="MovesDma32">Blocks of DMA32 can move, too.</param>
/// <param name="RemembersRefusedWords">A refused request is remembered.</param>
/// <param name="EjectKeepsBlocks">An eject leaves the blocks.</param>
/// <param name="AutoOnlineForgetsDevice">Automatic onlining leaves the device offline.</param>
internal sealed record LegacyRules(
    Errno Refused, bool AddsMovable, bool MovesDma32, bool RemembersRefusedWords, bool EjectKeepsBlocks, bool AutoOnlineForgetsDevice);

/// <summary>The rules up to 4.11: offline blocks have a zone, too, and a block moves only across the boundary of its zone's span.</summary>
internal sealed class LegacyModel : MachineModel
{
    private enum Needs
    {
        /// <summary>The block is the first of its zone's span.</summary>
        Start,

        /// <summary>The block is the last of its zone's span.</summary>
        End,

        /// <summary>The block is the last of its zone's span, and zone Normal of the node was never in use.</summary>
        EndAndNormalNeverUsed,
    }

    /// <summary>
    /// The moves. Any other pair of request and zone moves nothing and is allowed.
    /// </summary>
    private static readonly (OnlineType Request, ZoneType From, Needs Needs, ZoneType To)[] Moves =
    [
        (OnlineType.OnlineKernel, ZoneType.Movable, Needs.Start, ZoneType.Normal),
        (OnlineType.OnlineMovable, ZoneType.Normal, Needs.End, ZoneType.Movable),
        (OnlineType.OnlineKernel, ZoneType.Dma32, Needs.End, ZoneType.Normal),
        (OnlineType.OnlineMovable, ZoneType.Dma32, Needs.EndAndNormalNeverUsed, ZoneType.Movable),
    ];

    private readonly LegacyRules _rules;
    private readonly bool _movableNode;
    private readonly Dictionary<(int Node, ZoneType Zone), (int Start, int End)> _spans = [];
    private readonly HashSet<(int Node, ZoneType Zone)> _everUsed = [];

    public LegacyModel(Layout layout, LegacyRules rules, bool movableNode)
        : base(layout)
    {
        (_rules, _movableNode) = (rules, movableNode);
        foreach (var (node, zone) in from node in layout.Nodes from zone in Zones select (node.Number, zone))
            SetSpan(node, zone, layout.BootSpan(node, zone));
    }

    protected override bool RemembersRefusedWords => _rules.RemembersRefusedWords;

    protected override bool AutoOnlineForgetsDevice => _rules.AutoOnlineForgetsDevice;

    protected override bool EjectKeepsBlocks => _rules.EjectKeepsBlocks;

    private string Refused => _rules.Refused.Name();

    public override (int Start, int End) Span(int node, ZoneType zone) => _spans[(node, zone)];

    private void SetSpan(int node, ZoneType zone, (int Start, int End) span)
    {
        if (span.Start > span.End)
            throw new RulesAreSilentException($"{zone.Name()} of node {node} would span [{span.Start}, {span.End})");
        _spans[(node, zone)] = span.Start == span.End ? (0, 0) : span;
        if (span.End > 0)
            _everUsed.Add((node, zone));
    }

    public override string Settings() =>
        string.Join(' ', _everUsed.Order().Select(zone => $"{zone.Node} {zone.Zone}"));

    public override bool HasNormalMemory(int node) => _movableNode ? KernelPresent(node) > 0 : HasMemory(node);

    protected override string PrepareOnline(ModelBlock block, OnlineType request, out ZoneType zone)
    {
        zone = block.Zone;
        var concernsMovable = block.Zone == ZoneType.Movable || request == OnlineType.OnlineMovable;
        if (!_movableNode && concernsMovable && !HasNormalMemory(block.Node))
            return Refused;
        foreach (var row in Moves.Where(row => row.Request == request && row.From == block.Zone && (row.From != ZoneType.Dma32 || _rules.MovesDma32)))
        {
            if (!IsPossible(block, row.Needs))
                return Refused;
            Move(block, row.To);
            zone = row.To;
            break;
        }
        return Ok;
    }

    private bool IsPossible(ModelBlock block, Needs needs)
    {
        var (start, end) = Span(block.Node, block.Zone);
        return needs switch
        {
            Needs.Start => block.Start == start,
            Needs.End => block.End == end,
            _ => block.End == end && !_everUsed.Contains((block.Node, ZoneType.Normal)),
        };
    }

    private void Move(ModelBlock block, ZoneType to)
    {
        var (node, from) = (block.Node, block.Zone);
        var (source, target) = (Span(node, from), Span(node, to));
        var isEmpty = target.End == 0;
        if (to > from)
        {
            SetSpan(node, from, (source.Start, block.Start));
            SetSpan(node, to, (block.Start, isEmpty ? block.End : target.End));
        }
        else
        {
            SetSpan(node, to, (isEmpty ? block.Start : target.Start, block.End));
            SetSpan(node, from, (block.End, source.End));
        }
        // No document and no recording has a move across a zone. That the zone counts as used follows from the kernel's loop.
        for (var zone = from; zone <= to; zone++)
            _everUsed.Add((node, zone));
        block.Zone = to;
    }

    protected override string CheckOffline(ModelBlock block)
    {
        if (!IsInItsZone(block))
            return Errno.EINVAL.Name();
        var isLastKernelMemory =
            block.Zone <= ZoneType.Normal && KernelPresent(block.Node) <= 2 && Present(block.Node, ZoneType.Movable) > 0;
        return !_movableNode && isLastKernelMemory ? Errno.EINVAL.Name() : Ok;
    }

    private bool IsInItsZone(ModelBlock block)
    {
        var (start, end) = Span(block.Node, block.Zone);
        return block.Upper is null && block.Start >= start && block.End <= end;
    }

    public override string ValidZones(ModelBlock block)
    {
        if (!IsInItsZone(block))
            return "none";
        var (start, end) = Span(block.Node, block.Zone);
        return block.Zone switch
        {
            ZoneType.Normal => block.End == end ? "Normal Movable" : "Normal",
            ZoneType.Movable => block.Start == start ? "Movable Normal" : "Movable",
            ZoneType.Dma32 when !_rules.MovesDma32 || block.End != end => "DMA32",
            ZoneType.Dma32 => _everUsed.Contains((block.Node, ZoneType.Normal)) ? "DMA32 Normal" : "DMA32 Normal Movable",
            _ => throw new RulesAreSilentException($"valid_zones of zone {block.Zone.Name()}"),
        };
    }

    protected override ZoneType ZoneForNew(int node, int first, int count)
    {
        // A node that comes online again starts with empty spans. The recordings have no stale span in this case.
        if (!IsNodeOnline(node))
            foreach (var other in Zones)
                SetSpan(node, other, (0, 0));
        var movable = Span(node, ZoneType.Movable);
        var zone = _rules.AddsMovable && movable.End > 0 && movable.Start <= 2 * first ? ZoneType.Movable : ZoneType.Normal;
        var (start, end) = Span(node, zone);
        SetSpan(node, zone, end == 0 ? (2 * first, 2 * (first + count)) : (Math.Min(start, 2 * first), Math.Max(end, 2 * (first + count))));
        return zone;
    }

    /// <summary>Shrinks only the zone of the DIMM's first block.</summary>
    protected override void Removed(ModelBlock block, ModelBlock first)
    {
        var zoneOfFirst = first.Zone;
        var (start, end) = Span(block.Node, zoneOfFirst);
        var ofZone = Blocks.Where(other => other.Node == block.Node && Amount(other, zoneOfFirst) > 0);
        var left = ofZone.Where(other => other.Start < end && other.End > start).ToArray();
        if (left.Length == 0)
            SetSpan(block.Node, zoneOfFirst, (0, 0));
        else if (block.Start == start)
            SetSpan(block.Node, zoneOfFirst, (left.Min(other => other.Start), end));
        else if (block.End == end)
            SetSpan(block.Node, zoneOfFirst, (start, left.Max(other => other.End)));
    }
}
