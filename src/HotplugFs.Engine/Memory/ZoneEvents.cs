namespace HotplugFs.Engine.Memory;

/// <summary>
/// How often pages were allocated from a zone and freed since boot (<c>/proc/vmstat</c>, <c>numastat</c>). Source: docs/kernels.md,
/// "Node statistics".
/// </summary>
public sealed class ZoneEvents
{
    /// <summary>Number of pages that were allocated (<c>pgalloc_*</c>).</summary>
    public long Allocated { get; private set; }

    /// <summary>Number of pages that were given to the allocator, at boot and by onlining, or freed (<c>pgfree</c>).</summary>
    public long Freed { get; internal set; }

    /// <summary>Allocations that wanted the zone's node and got it.</summary>
    public long NumaHit { get; private set; }

    /// <summary>Allocations that wanted another node.</summary>
    public long NumaMiss { get; private set; }

    /// <summary>Allocations that wanted the zone and got another node's.</summary>
    public long NumaForeign { get; private set; }

    /// <summary>Allocations by the policy interleave that got the node whose turn it was.</summary>
    public long InterleaveHit { get; private set; }

    /// <summary>Allocations by programs that run on the zone's node.</summary>
    public long LocalNode { get; private set; }

    /// <summary>Allocations by programs that run on another node.</summary>
    public long OtherNode { get; private set; }

    /// <summary>Counts an allocation (zone_statistics).</summary>
    /// <param name="zone">The zone that the pages are from.</param>
    /// <param name="preferred">The first zone that the allocation could use.</param>
    /// <param name="pages">Number of pages.</param>
    /// <param name="times">Number of allocations; a huge page is one.</param>
    /// <param name="runsOn">The node of the CPU that allocates.</param>
    /// <param name="isInterleaved">True if the policy is interleave.</param>
    internal static void Count(Zone zone, Zone preferred, long pages, long times, NumaNode? runsOn, bool isInterleaved)
    {
        var events = zone.Events;
        events.Allocated += pages;
        if (zone.Node == preferred.Node)
        {
            events.NumaHit += times;
            events.InterleaveHit += isInterleaved ? times : 0;
        }
        else
        {
            events.NumaMiss += times;
            preferred.Events.NumaForeign += times;
        }
        if (zone.Node == runsOn)
            events.LocalNode += times;
        else
            events.OtherNode += times;
    }

    /// <summary>Passes the counts through a stream.</summary>
    internal void Transfer(StateStream state)
    {
        Allocated = state.Number(Allocated);
        Freed = state.Number(Freed);
        NumaHit = state.Number(NumaHit);
        NumaMiss = state.Number(NumaMiss);
        NumaForeign = state.Number(NumaForeign);
        InterleaveHit = state.Number(InterleaveHit);
        LocalNode = state.Number(LocalNode);
        OtherNode = state.Number(OtherNode);
    }
}
