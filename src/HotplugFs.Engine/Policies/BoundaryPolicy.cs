using HotplugFs.Abi;
using HotplugFs.Engine.Memory;

namespace HotplugFs.Engine.Policies;

/// <summary>
/// What all kernels up to 4.11 have in common: zones lie one behind the other on a node, spans take in offline blocks, and a block
/// changes zone only where two zones meet, at the moment it is onlined. Which block may change into which zone is said by the era's
/// own class. Source: legacy.md 3, 4, 6 and 8.
/// </summary>
public abstract class BoundaryPolicy : ZonePolicy
{
    /// <inheritdoc/>
    public sealed override bool OfflineBlocksHaveZone => true;

    /// <summary>What a request that no zone allows fails with.</summary>
    protected virtual Errno RefusedMove => Errno.EINVAL;

    /// <summary>The zone that a request asks for; the block's own if it would stay.</summary>
    /// <param name="zone">The block's zone.</param>
    /// <param name="request">One of the online requests.</param>
    protected abstract ZoneType Target(PhysicalMemory memory, ZoneType zone, OnlineType request);

    /// <summary>True if nothing but the place of the block is against a move between the two zones.</summary>
    /// <param name="node">The node.</param>
    /// <param name="from">The block's zone.</param>
    /// <param name="to">The zone asked for.</param>
    /// <param name="reason">What is against it.</param>
    protected abstract bool AreNeighbours(PhysicalMemory memory, NumaNode node, ZoneType from, ZoneType to, out string reason);

    /// <summary>
    /// The zone of newly added memory: Movable if the node's Movable spans something and starts at or below the first block, else the zone
    /// right below Movable (legacy.md 6).
    /// </summary>
    /// <param name="node">Where it is added.</param>
    /// <param name="pages">All its pages.</param>
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
            return NotAtBoundary(memory, block, zone, target);
        if (!AreNeighbours(memory, block.Node, zone, target, out var reason))
            return new Refusal(RefusedMove, reason);
        Move(memory, block, zone, target);
        return null;
    }

    /// <summary>Legacy.md 3.1 row 1: without movable nodes, a node needs normal memory before any movable block.</summary>
    private Refusal? CheckNodeHasNormalMemory(PhysicalMemory memory, in MemoryBlock block, ZoneType zone, OnlineType request)
    {
        var concernsMovable = zone > ZoneType.Normal || request == OnlineType.OnlineMovable;
        if (memory.MovableNode || !concernsMovable || memory.NodeStates.NormalMemory.Contains(block.Node.Number))
            return null;
        return new Refusal(RefusedMove,
            $"node {block.Node.Number} has no normal memory online, and without movable_node no block of its zone Movable may come online before that");
    }

    /// <summary>Legacy.md 3.2: the end of the zone's span upwards, its start downwards; holes and offline blocks count.</summary>
    private static bool IsAtBoundary(in MemoryBlock block, ZoneType from, ZoneType to)
    {
        var span = block.Node.Zone(from).Span;
        return from < to ? block.Pages.End == span.End : block.Pages.Start == span.Start;
    }

    private Refusal NotAtBoundary(PhysicalMemory memory, in MemoryBlock block, ZoneType from, ZoneType to)
    {
        var zone = block.Node.Zone(from);
        return new Refusal(RefusedMove,
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

    /// <summary>Legacy.md 3.3: the boundary moves over the block, a gap between the zones is swallowed, at once and for good.</summary>
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
        // The kernel moves pages one zone at a time, so zones in between become initialized on the way.
        foreach (var type in memory.ZoneTypes)
            if (type >= lower.Type && type <= upper.Type)
                block.Node.Zone(type).Initialized = true;
        memory.SetZone(block.Id, to);
    }

    /// <inheritdoc/>
    /// <remarks>Nothing: the move stays (legacy.md 3.3).</remarks>
    public override void OnlineRefused(PhysicalMemory memory, in MemoryBlock block)
    {
    }

    /// <inheritdoc/>
    public override Refusal? CheckOffline(PhysicalMemory memory, in MemoryBlock block)
    {
        if (!IsInsideOneZone(block))
            return new Refusal(Errno.EINVAL, "its pages are not all inside one zone");
        var zone = block.Zones.Lowest;
        if (memory.MovableNode || zone > ZoneType.Normal)
            return null;
        var kernelPages = block.Node.PresentPagesUpTo(ZoneType.Normal);
        var movablePages = block.Node.PresentPagesUpTo(ZoneType.Movable) - kernelPages;
        if (kernelPages > block.Pages.Length || movablePages == 0)
            return null;
        var movable = $"{movablePages * PhysicalMemory.PageSizeBytes >> 20} MiB of movable memory";
        return new Refusal(Errno.EINVAL, $"it is the last normal memory of node {block.Node.Number}, which has {movable} online");
    }

    /// <summary>
    /// Legacy.md 4: a block that straddles two zones, or lies outside the span of its own, can neither go offline nor move. A boot
    /// block whose upper part is not RAM reaches beyond its zone and still counts as inside.
    /// </summary>
    private static bool IsInsideOneZone(in MemoryBlock block) =>
        block.Zones.IsSingle && block.Node.Zone(block.Zones.Lowest).Span.Intersects(block.Pages);

    /// <inheritdoc/>
    /// <remarks>Nothing: zone and spans never change on offline (legacy.md 4).</remarks>
    public override void Offlined(PhysicalMemory memory, in MemoryBlock block)
    {
    }

    /// <inheritdoc/>
    /// <remarks>
    /// Legacy.md 6: only the zone of the first block shrinks, to the next block that remembers this zone, so a zone whose blocks
    /// were moved can keep a stale span.
    /// </remarks>
    public override void Removed(PhysicalMemory memory, NumaNode node, ZoneSet zones, PfnRange pages)
    {
        var zone = node.Zone(zones.Lowest);
        zone.Span = memory.ShrinkSpan(zone.Span, pages, zone.Blocks);
    }

    /// <inheritdoc/>
    /// <remarks>Legacy.md 8: the same for online and offline blocks; knows nothing of notifiers or of the need for normal memory.</remarks>
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
        if (zone != target && IsAtBoundary(block, zone, target) && AreNeighbours(memory, block.Node, zone, target, out _))
            zones.Add(target);
    }
}
