namespace HotplugFs.Engine.Tests.Differential;

/// <summary>
/// The rules of 4.14: as <see cref="ModernModel"/>, but spans only grow, also by a request that a notifier refuses. A removal shrinks the
/// zone that the DIMM's first block was last in, to the blocks that were last in it.
/// </summary>
internal sealed class StickyModel : ModernModel
{
    private readonly Dictionary<(int Node, ZoneType Zone), (int Start, int End)> _spans = [];

    /// <summary>The zone that each hot-added block was last in, by its number.</summary>
    private readonly Dictionary<int, ZoneType> _lastZones = [];

    /// <summary>The zone that the DIMM that is being removed shrinks; null for none.</summary>
    private ZoneType? _shrinking;

    public StickyModel(Layout layout, bool movableNode)
        : base(layout, movableNode)
    {
        foreach (var (node, zone) in from node in layout.Nodes from zone in Zones select (node.Number, zone))
            _spans[(node, zone)] = base.Span(node, zone);
    }

    public override (int Start, int End) Span(int node, ZoneType zone) =>
        _spans is null ? base.Span(node, zone) : _spans.GetValueOrDefault((node, zone));

    public override string Settings() =>
        $"{base.Settings()} {string.Join(' ', _lastZones.OrderBy(last => last.Key))} {string.Join(' ', _spans.Values)}";

    protected override string PrepareOnline(ModelBlock block, OnlineType request, out ZoneType zone)
    {
        var outcome = base.PrepareOnline(block, request, out zone);
        if (outcome != Ok)
            return outcome;
        var (start, end) = Span(block.Node, zone);
        _spans[(block.Node, zone)] = end == 0 ? (block.Start, block.End) : (Math.Min(start, block.Start), Math.Max(end, block.End));
        _lastZones[block.Number] = zone;
        return outcome;
    }

    /// <summary>A node that is added again begins without spans.</summary>
    protected override ZoneType ZoneForNew(int node, int first, int count)
    {
        if (!IsNodeOnline(node))
            foreach (var type in Zones)
                _spans[(node, type)] = (0, 0);
        return base.ZoneForNew(node, first, count);
    }

    protected override void Removed(ModelBlock block, ModelBlock first)
    {
        if (block == first)
            _shrinking = _lastZones.TryGetValue(first.Number, out var last) ? last : null;
        _lastZones.Remove(block.Number);
        if (_shrinking is { } zone)
            Shrink(block, zone);
    }

    private void Shrink(ModelBlock block, ZoneType zone)
    {
        var (start, end) = Span(block.Node, zone);
        var left = Blocks.Where(other => other.Node == block.Node && other.Start < end && other.End > start && WasLastIn(other, zone)).ToArray();
        if (left.Any(other => other.Upper is not null))
            throw new RulesAreSilentException("a zone shrinks towards a block that is in two zones");
        if (left.Length == 0)
            _spans[(block.Node, zone)] = (0, 0);
        else if (block.Start == start)
            _spans[(block.Node, zone)] = (left.Min(other => other.Start), end);
        else if (block.End == end)
            _spans[(block.Node, zone)] = (start, left.Max(other => other.End));
    }

    private bool WasLastIn(ModelBlock block, ZoneType zone) =>
        _lastZones.TryGetValue(block.Number, out var last) ? last == zone : block.IsBoot && Amount(block, zone) > 0;
}
