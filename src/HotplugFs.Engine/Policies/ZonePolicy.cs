using HotplugFs.Engine.Memory;

namespace HotplugFs.Engine.Policies;

/// <summary>
/// The zone rules of one kernel era: which zone hot-added memory gets, which zone an online request takes, what is refused, what
/// <c>valid_zones</c> foretells, and how spans follow. One era is one class in one file, readable from top to bottom.
/// </summary>
/// <remarks>
/// A policy has no state of its own. It changes the spans and the zone that a block remembers; present pages, block states and
/// node states are the machine's.
/// </remarks>
public abstract class ZonePolicy
{
    /// <summary>The zone that all blocks of newly added memory get.</summary>
    /// <param name="node">Where it is added.</param>
    /// <param name="pages">All its pages.</param>
    public abstract ZoneType ZoneForAdded(NumaNode node, PfnRange pages);

    /// <summary>Called once for newly added memory, after its blocks were put into the zone.</summary>
    /// <param name="zone">Its zone.</param>
    /// <param name="pages">All its pages.</param>
    public abstract void Added(Zone zone, PfnRange pages);

    /// <summary>
    /// Decides on an online request and, if it is allowed, puts the block into the zone that it shall be online in. What this
    /// changes stays changed even if a notifier refuses the request afterwards.
    /// </summary>
    /// <param name="machine">The machine.</param>
    /// <param name="block">An offline block.</param>
    /// <param name="request">One of the three online requests.</param>
    /// <returns>Why it is refused, or null.</returns>
    public abstract Refusal? PrepareOnline(MemoryHotplug machine, in MemoryBlock block, OnlineType request);

    /// <summary>The checks that come before any page is looked at when a block shall go offline.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="block">An online block.</param>
    /// <returns>Why it is refused, or null.</returns>
    public abstract Refusal? CheckOffline(MemoryHotplug machine, in MemoryBlock block);

    /// <summary>Called for each block that has been removed, ascending; no zone's set of blocks includes it any more.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="zone">The zone that the first block of what is being removed was in.</param>
    /// <param name="pages">The pages of the block that has gone.</param>
    public abstract void Removed(MemoryHotplug machine, Zone zone, PfnRange pages);

    /// <summary>What the file <c>valid_zones</c> of a block says at this moment.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="block">The block.</param>
    public abstract ValidZones ValidZones(MemoryHotplug machine, in MemoryBlock block);
}
