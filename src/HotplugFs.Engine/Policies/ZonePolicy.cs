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
    /// <summary>A block that is offline remembers a zone; else it has one only while it is online.</summary>
    public abstract bool OfflineBlocksHaveZone { get; }

    /// <summary>Decides on the zone of newly added memory and grows the zone's span.</summary>
    /// <param name="node">Where it is added.</param>
    /// <param name="pages">All its pages.</param>
    /// <returns>The zone that its blocks remember; empty if a block has a zone only while it is online.</returns>
    public abstract ZoneSet Add(PhysicalMemory memory, NumaNode node, PfnRange pages);

    /// <summary>Decides on an online request and, if it is allowed, puts the block into the zone that it shall be online in.</summary>
    /// <param name="block">An offline block.</param>
    /// <param name="request">One of the three online requests.</param>
    /// <returns>Why it is refused, or null.</returns>
    public abstract Refusal? PrepareOnline(PhysicalMemory memory, in MemoryBlock block, OnlineType request);

    /// <summary>Called when a notifier refused the block that <see cref="PrepareOnline"/> put into a zone.</summary>
    /// <param name="block">The block, still offline.</param>
    public abstract void OnlineRefused(PhysicalMemory memory, in MemoryBlock block);

    /// <summary>The checks that come before any page is looked at when a block shall go offline.</summary>
    /// <param name="block">An online block.</param>
    /// <returns>Why it is refused, or null.</returns>
    public abstract Refusal? CheckOffline(PhysicalMemory memory, in MemoryBlock block);

    /// <summary>Called when a block has gone offline.</summary>
    /// <param name="block">The block, offline now.</param>
    public abstract void Offlined(PhysicalMemory memory, in MemoryBlock block);

    /// <summary>Called for each block that has been removed, ascending; no zone's set of blocks includes it any more.</summary>
    /// <param name="node">Its node.</param>
    /// <param name="zones">The zone that the first block of what is being removed remembered.</param>
    /// <param name="pages">The pages of the block that has gone.</param>
    public abstract void Removed(PhysicalMemory memory, NumaNode node, ZoneSet zones, PfnRange pages);

    /// <summary>What the file <c>valid_zones</c> of a block says at this moment.</summary>
    /// <param name="block">The block.</param>
    public abstract ZoneList ValidZones(PhysicalMemory memory, in MemoryBlock block);
}
