using HotplugFs.Abi;
using HotplugFs.Engine.Memory;

namespace HotplugFs.Engine.Policies;

/// <summary>
/// The rules of 4.9 to 4.11: the boundary rule of the 2012 patch set in the form that zone_can_shift() gave it. Spans take in
/// offline blocks; a block changes zone only at the boundary between two zones, at the moment it is onlined.
/// Source: legacy.md 3, 4, 6 and 8; observed in the recordings <c>4.9-*</c>.
/// </summary>
public sealed class ZoneCanShiftPolicy : ZonePolicy
{
    /// <inheritdoc/>
    /// <remarks>Movable if the node's Movable spans something and starts at or below the first block, else Normal (legacy.md 6).</remarks>
    public override ZoneType ZoneForAdded(NumaNode node, PfnRange pages)
    {
        var movable = node.Zone(ZoneType.Movable).Span;
        return !movable.IsEmpty && movable.Start <= pages.Start ? ZoneType.Movable : ZoneType.Normal;
    }

    /// <inheritdoc/>
    public override void Added(Zone zone, PfnRange pages)
    {
        zone.Span = zone.Span.Hull(pages);
        zone.Initialized = true;
    }

    /// <inheritdoc/>
    public override Refusal? PrepareOnline(MemoryHotplug machine, in MemoryBlock block, OnlineType request)
    {
        var zone = block.Zones.Lowest;
        if (CheckNodeHasNormalMemory(machine, block, zone, request) is { } refusal)
            return refusal;
        var target = Target(zone, request);
        if (!CanShift(machine, block, zone, target))
            return ExplainShift(machine, block, zone, target);
        Shift(machine, block, zone, target);
        return null;
    }

    private static ZoneType Target(ZoneType zone, OnlineType request) => request switch
    {
        OnlineType.OnlineKernel => ZoneType.Normal,
        OnlineType.OnlineMovable => ZoneType.Movable,
        _ => zone,
    };

    /// <summary>Legacy.md 3.1 row 1: without movable nodes, a node needs normal memory before any movable block.</summary>
    private static Refusal? CheckNodeHasNormalMemory(MemoryHotplug machine, in MemoryBlock block, ZoneType zone, OnlineType request)
    {
        var concernsMovable = zone > ZoneType.Normal || request == OnlineType.OnlineMovable;
        if (machine.MovableNode || !concernsMovable || machine.NodeStates.NormalMemory.Contains(block.Node.Number))
            return null;
        return new Refusal(Errno.EINVAL,
            $"node {block.Node.Number} has no normal memory online, and without movable_node no block of its zone Movable may come online before that");
    }

    /// <summary>
    /// Legacy.md 3.2: a block changes zone only at the end of its zone (upwards) or at its start (downwards), and only if no zone
    /// between the two was ever in use on the node.
    /// </summary>
    private static bool CanShift(MemoryHotplug machine, in MemoryBlock block, ZoneType from, ZoneType to) =>
        from == to || (IsAtBoundary(block, from, to) && FirstInUseBetween(machine, block.Node, from, to) is null);

    private static bool IsAtBoundary(in MemoryBlock block, ZoneType from, ZoneType to)
    {
        var span = block.Node.Zone(from).Span;
        return from < to ? block.Pages.End == span.End : block.Pages.Start == span.Start;
    }

    private static Refusal ExplainShift(MemoryHotplug machine, in MemoryBlock block, ZoneType from, ZoneType to)
    {
        var zone = block.Node.Zone(from);
        if (!IsAtBoundary(block, from, to))
        {
            return new Refusal(Errno.EINVAL,
                $"not at the {(from < to ? "end" : "start")} of {zone} ({block.Id.Number} of {machine.DescribeSpan(zone.Span)})");
        }
        var between = FirstInUseBetween(machine, block.Node, from, to)!.Value;
        return new Refusal(Errno.EINVAL,
            $"{block.Node.Zone(between)} lies between {from.Name()} and {to.Name()} and has been in use");
    }

    private static ZoneType? FirstInUseBetween(MemoryHotplug machine, NumaNode node, ZoneType from, ZoneType to)
    {
        var (low, high) = from < to ? (from, to) : (to, from);
        foreach (var type in machine.ZoneTypes)
            if (type > low && type < high && node.Zone(type).Initialized)
                return type;
        return null;
    }

    /// <summary>Legacy.md 3.3: the boundary moves over the block, a gap between the zones is swallowed, at once and for good.</summary>
    private static void Shift(MemoryHotplug machine, in MemoryBlock block, ZoneType from, ZoneType to)
    {
        if (from == to)
            return;
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
        foreach (var type in machine.ZoneTypes)
            if (type >= lower.Type && type <= upper.Type)
                block.Node.Zone(type).Initialized = true;
        machine.SetZone(block.Id, to);
    }

    /// <inheritdoc/>
    public override Refusal? CheckOffline(MemoryHotplug machine, in MemoryBlock block)
    {
        if (!IsInsideOneZone(block))
            return new Refusal(Errno.EINVAL, "its pages are not all inside one zone");
        var zone = block.Zones.Lowest;
        if (machine.MovableNode || zone > ZoneType.Normal)
            return null;
        var kernelPages = block.Node.PresentPagesUpTo(ZoneType.Normal);
        var movablePages = block.Node.PresentPagesUpTo(ZoneType.Movable) - kernelPages;
        if (kernelPages > block.Pages.Length || movablePages == 0)
            return null;
        return new Refusal(Errno.EINVAL,
            $"it is the last normal memory of node {block.Node.Number}, which has {MemoryHotplug.DescribePages(movablePages)} of movable memory online");
    }

    /// <summary>
    /// Legacy.md 4: a block that straddles two zones, or lies outside the span of its own, can neither go offline nor move. A boot
    /// block whose upper part is not RAM reaches beyond its zone and still counts as inside.
    /// </summary>
    private static bool IsInsideOneZone(in MemoryBlock block) =>
        block.Zones.IsSingle && block.Node.Zone(block.Zones.Lowest).Span.Intersects(block.Pages);

    /// <inheritdoc/>
    /// <remarks>
    /// Legacy.md 6: only the zone of the first block shrinks, to the next block that remembers this zone, so a zone whose blocks
    /// were moved can keep a stale span.
    /// </remarks>
    public override void Removed(MemoryHotplug machine, Zone zone, PfnRange pages) =>
        zone.Span = machine.ShrinkSpan(zone.Span, pages, zone.Blocks);

    /// <inheritdoc/>
    /// <remarks>Legacy.md 8: the same for online and offline blocks; knows nothing of notifiers or of the need for normal memory.</remarks>
    public override ValidZones ValidZones(MemoryHotplug machine, in MemoryBlock block)
    {
        var zones = new ValidZones();
        if (!IsInsideOneZone(block))
            return zones;
        var zone = block.Zones.Lowest;
        zones.Add(zone);
        if (CanShift(machine, block, zone, ZoneType.Normal))
            zones.Add(ZoneType.Normal);
        if (CanShift(machine, block, zone, ZoneType.Movable))
            zones.Add(ZoneType.Movable);
        return zones;
    }
}
