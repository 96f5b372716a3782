namespace HotplugFs.Engine.Policies;

/// <summary>
/// The rules that all kernels up to 4.11 share: the zones of a node follow each other, spans include offline blocks, and a block changes
/// its zone only at the boundary of two zones, when it is onlined. The class of the era decides which moves are possible. Source:
/// docs/kernels.md, "Online checks up to 4.12", "Zone moves up to 4.12".
/// </summary>
public abstract class BoundaryPolicy : ZonePolicy
{
    /// <inheritdoc/>
    public sealed override bool OfflineBlocksHaveZone => true;

    /// <summary>The errno of a request that needs an impossible move.</summary>
    protected virtual Errno RefusedMove => Errno.EINVAL;

    /// <summary>Returns the zone that a request asks for; the block's zone if the block stays in it.</summary>
    /// <param name="zone">The block's zone.</param>
    /// <param name="request">One of the three online requests.</param>
    protected abstract ZoneType Target(PhysicalMemory memory, ZoneType zone, OnlineType request);

    /// <summary>Returns the reason why a block at the boundary of the two zones cannot move between them, or null if it can.</summary>
    /// <param name="from">The block's zone.</param>
    /// <param name="to">The requested zone.</param>
    protected virtual string? FindObstacle(NumaNode node, ZoneType from, ZoneType to) => null;

    /// <summary>Called if a block that is not at the boundary should move to a zone.</summary>
    protected virtual void MoveRefused(Zone target)
    {
    }

    /// <summary>
    /// Returns the zone of added memory: Movable if the node's zone Movable is not empty and starts at or below the first block, otherwise
    /// the zone below Movable (docs/kernels.md, "Adding memory").
    /// </summary>
    /// <param name="pages">The pages of all added blocks.</param>
    protected virtual ZoneType ZoneForAdded(PhysicalMemory memory, NumaNode node, PfnRange pages)
    {
        var movable = node.Zone(ZoneType.Movable).Span;
        return !movable.IsEmpty && movable.Start <= pages.Start ? ZoneType.Movable : memory.ZoneBelowMovable;
    }

    /// <inheritdoc/>
    public sealed override ZoneSet Add(PhysicalMemory memory, NumaNode node, PfnRange pages)
    {
        var zone = node.Zone(ZoneForAdded(memory, node, pages));
        zone.Span = zone.Span.Union(pages);
        zone.Initialized = true;
        return zone.Type;
    }

    /// <inheritdoc/>
    public override Refusal? PrepareOnline(PhysicalMemory memory, in MemoryBlock block, OnlineType request)
    {
        var zone = block.Zones.Lowest;
        if (CheckNodeHasNormalMemory(memory, block, zone, request) is { } refusal)
            return refusal;
        var target = Target(memory, zone, request);
        if (zone == target)
            return null;
        if (!IsAtBoundary(block, zone, target))
        {
            MoveRefused(block.Node.Zone(target));
            return NotAtBoundary(memory, block, zone, target);
        }
        if (FindObstacle(block.Node, zone, target) is { } obstacle)
            return new Refusal(RefusedMove, RefusalRule.ZoneBetween, obstacle);
        Move(memory, block, zone, target);
        return null;
    }

    /// <summary>
    /// Without CONFIG_MOVABLE_NODE a node needs normal memory before a movable block can come online (docs/kernels.md, "Online checks up
    /// to 4.12").
    /// </summary>
    private Refusal? CheckNodeHasNormalMemory(PhysicalMemory memory, in MemoryBlock block, ZoneType zone, OnlineType request)
    {
        var concernsMovable = zone > ZoneType.Normal || request == OnlineType.OnlineMovable;
        if (memory.MovableNode || !concernsMovable || memory.NodeStates.NormalMemory.Contains(block.Node.Number))
            return null;
        return new Refusal(RefusedMove, RefusalRule.NeedsNormalMemory,
            $"node {block.Node.Number} has no normal memory online, which its movable blocks need unless movable_node is set");
    }

    /// <summary>
    /// A block moves up from the end of its zone's span, and down from the start. Holes and offline blocks are part of the span
    /// (docs/kernels.md, "Zone moves up to 4.12").
    /// </summary>
    private static bool IsAtBoundary(in MemoryBlock block, ZoneType from, ZoneType to)
    {
        var span = block.Node.Zone(from).Span;
        return from < to ? block.Pages.End == span.End : block.Pages.Start == span.Start;
    }

    private Refusal NotAtBoundary(PhysicalMemory memory, in MemoryBlock block, ZoneType from, ZoneType to)
    {
        var zone = block.Node.Zone(from);
        return new Refusal(RefusedMove, RefusalRule.NotAtBoundary,
            $"not at the {(from < to ? "end" : "start")} of {zone} ({block.Id.Number} of {DescribeSpan(memory, zone.Span)})");
    }

    /// <summary>Formats a span as block numbers for the log: <c>32-36</c>.</summary>
    private static string DescribeSpan(PhysicalMemory memory, PfnRange span)
    {
        if (span.IsEmpty)
            return "nothing";
        var (first, last) = (span.Start / memory.PagesPerBlock, (span.End - 1) / memory.PagesPerBlock);
        return first == last ? $"{first}" : $"{first}-{last}";
    }

    /// <summary>
    /// Moves the boundary of two zones across a block; a gap between the zones becomes part of the growing zone. The move takes effect
    /// before the notifiers are asked and is not undone (docs/kernels.md, "Effects of a zone move").
    /// </summary>
    private static void Move(PhysicalMemory memory, in MemoryBlock block, ZoneType from, ZoneType to)
    {
        var lower = block.Node.Zone(from < to ? from : to);
        var upper = block.Node.Zone(from < to ? to : from);
        if (from < to)
        {
            upper.Span = new PfnRange(block.Pages.Start, upper.Span.IsEmpty ? block.Pages.End : upper.Span.End);
            lower.Span = new PfnRange(lower.Span.Start, block.Pages.Start);
        }
        else
        {
            lower.Span = new PfnRange(lower.Span.IsEmpty ? block.Pages.Start : lower.Span.Start, block.Pages.End);
            upper.Span = new PfnRange(block.Pages.End, upper.Span.End);
        }
        // The kernel moves pages one zone at a time, which initializes the zones in between.
        foreach (var type in memory.ZoneTypes)
            if (type >= lower.Type && type <= upper.Type)
                block.Node.Zone(type).Initialized = true;
        memory.SetZone(block.Id, to);
    }

    /// <inheritdoc/>
    /// <remarks>Does nothing: the move is not undone (docs/kernels.md, "Effects of a zone move").</remarks>
    public override void OnlineRefused(PhysicalMemory memory, in MemoryBlock block)
    {
    }

    /// <inheritdoc/>
    public override Refusal? CheckOffline(PhysicalMemory memory, in MemoryBlock block)
    {
        if (!IsInsideOneZone(block))
            return new Refusal(Errno.EINVAL, RefusalRule.SeveralZones, memory.DescribeZones(block, "are not all inside one zone"));
        var zone = block.Zones.Lowest;
        if (memory.MovableNode || zone > ZoneType.Normal)
            return null;
        var kernelPages = block.Node.PresentPagesUpTo(ZoneType.Normal);
        var movablePages = block.Node.PresentPagesUpTo(ZoneType.Movable) - kernelPages;
        if (kernelPages > block.Pages.Length || movablePages == 0)
            return null;
        var movable = $"{movablePages * memory.PageSizeBytes >> 20} MiB of movable memory";
        return new Refusal(
            Errno.EINVAL, RefusalRule.LastNormalMemory, $"it is the last normal memory of node {block.Node.Number}, which has {movable} online");
    }

    /// <summary>
    /// A block that straddles a zone boundary or is outside the span of its zone can neither go offline nor move. A boot block whose upper
    /// part is not RAM extends beyond its zone and counts as inside (docs/kernels.md, "Blocks that can go offline").
    /// </summary>
    private static bool IsInsideOneZone(in MemoryBlock block) =>
        block.Zones.IsSingle && block.Node.Zone(block.Zones.Lowest).Span.Intersects(block.Pages);

    /// <inheritdoc/>
    /// <remarks>Does nothing: offlining changes neither zone nor spans (docs/kernels.md, "Offlining").</remarks>
    public override void Offlined(PhysicalMemory memory, in MemoryBlock block)
    {
    }

    /// <inheritdoc/>
    /// <remarks>
    /// Only the zone of the first block shrinks, to the next block that remembers this zone. The other zone of a DIMM whose blocks were
    /// moved keeps a stale span (docs/kernels.md, "Removing memory").
    /// </remarks>
    public override void Removed(PhysicalMemory memory, NumaNode node, ZoneSet zones, PfnRange pages)
    {
        var zone = node.Zone(zones.Lowest);
        zone.Span = memory.ShrinkSpan(zone.Span, pages, zone.Blocks);
    }

    /// <inheritdoc/>
    /// <remarks>
    /// The same for online and offline blocks. It does not consider notifiers and the need for normal memory (docs/kernels.md,
    /// "valid_zones").
    /// </remarks>
    public override ZoneList ValidZones(PhysicalMemory memory, in MemoryBlock block)
    {
        var zones = new ZoneList();
        if (!IsInsideOneZone(block))
            return zones;
        var zone = block.Zones.Lowest;
        zones.Add(zone);
        AddIfAllowed(memory, block, Target(memory, zone, OnlineType.OnlineKernel), ref zones);
        AddIfAllowed(memory, block, Target(memory, zone, OnlineType.OnlineMovable), ref zones);
        return zones;
    }

    private void AddIfAllowed(PhysicalMemory memory, in MemoryBlock block, ZoneType target, ref ZoneList zones)
    {
        var zone = block.Zones.Lowest;
        if (zone != target && IsAtBoundary(block, zone, target) && FindObstacle(block.Node, zone, target) is null)
            zones.Add(target);
    }
}
