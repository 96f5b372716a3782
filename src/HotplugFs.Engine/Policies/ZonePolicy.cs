namespace HotplugFs.Engine.Policies;

/// <summary>
/// The zone rules of one kernel era: the zone of added memory, the zone that an online request takes, the requests that are refused, what
/// <c>valid_zones</c> lists, and how spans change. One era is one class in one file that reads from top to bottom.
/// </summary>
/// <remarks>
/// A policy has no state. It changes spans and the zones of blocks; it does not change page counts, block states and node states.
/// </remarks>
public abstract class ZonePolicy
{
    /// <summary>True if an offline block remembers a zone; otherwise a block has a zone only while it is online.</summary>
    public abstract bool OfflineBlocksHaveZone { get; }

    /// <summary>True if a block that went offline remembers the zone that it was in.</summary>
    public virtual bool OfflineBlocksKeepZone => OfflineBlocksHaveZone;

    /// <summary>Chooses the zone of added memory and grows the zone's span.</summary>
    /// <param name="pages">The pages of all added blocks.</param>
    /// <returns>The zone that the blocks remember; empty if offline blocks have no zone.</returns>
    public abstract ZoneSet Add(PhysicalMemory memory, NumaNode node, PfnRange pages);

    /// <summary>Decides on an online request and, if it is allowed, assigns the block to the zone it will be online in.</summary>
    /// <param name="block">An offline block.</param>
    /// <param name="request">One of the three online requests.</param>
    /// <returns>The reason of a refusal, or null.</returns>
    public abstract Refusal? PrepareOnline(PhysicalMemory memory, in MemoryBlock block, OnlineType request);

    /// <summary>Called if a notifier refuses a block after <see cref="PrepareOnline"/> assigned it to a zone.</summary>
    public abstract void OnlineRefused(PhysicalMemory memory, in MemoryBlock block);

    /// <summary>Checks whether a block may go offline, before its pages are looked at.</summary>
    /// <param name="block">An online block.</param>
    /// <returns>The reason of a refusal, or null.</returns>
    public abstract Refusal? CheckOffline(PhysicalMemory memory, in MemoryBlock block);

    /// <summary>Called after a block went offline.</summary>
    public abstract void Offlined(PhysicalMemory memory, in MemoryBlock block);

    /// <summary>Called for each removed block in ascending order, after it was removed from all zones.</summary>
    /// <param name="zones">The zone that the first block of the removed memory remembered.</param>
    /// <param name="pages">The pages of the block.</param>
    public abstract void Removed(PhysicalMemory memory, NumaNode node, ZoneSet zones, PfnRange pages);

    /// <summary>Returns the zones that <c>valid_zones</c> of a block lists now.</summary>
    public abstract ZoneList ValidZones(PhysicalMemory memory, in MemoryBlock block);
}
