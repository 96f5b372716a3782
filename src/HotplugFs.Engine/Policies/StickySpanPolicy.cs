namespace HotplugFs.Engine.Policies;

/// <summary>
/// The rules of 4.13 to 5.4: as <see cref="OnlineTimePolicy"/>, but a zone keeps the span of blocks that went offline or were refused, so
/// that they come back to it. Source: docs/kernels.md, "Zone choice since 4.13"; recordings <c>4.14-*</c>.
/// </summary>
/// <remarks>An offline block remembers the zone that it was last in, also by a refused request. It is in no zone until the first one.</remarks>
public sealed class StickySpanPolicy : OnlineTimePolicy
{
    /// <inheritdoc/>
    public override bool OfflineBlocksKeepZone => true;

    /// <inheritdoc/>
    /// <remarks>Does nothing: the span has grown all the same.</remarks>
    public override void OnlineRefused(PhysicalMemory memory, in MemoryBlock block)
    {
    }

    /// <inheritdoc/>
    /// <remarks>Does nothing: the zone keeps its span.</remarks>
    public override void Offlined(PhysicalMemory memory, in MemoryBlock block)
    {
    }

    /// <inheritdoc/>
    /// <remarks>
    /// The node shrinks to its blocks. Of the zones only that shrinks which the first block was last in, to the blocks that were last in it;
    /// none if it never was in one.
    /// </remarks>
    public override void Removed(PhysicalMemory memory, NumaNode node, ZoneSet zones, PfnRange pages)
    {
        memory.ShrinkNodeSpan(node, pages);
        if (!zones.IsSingle)
            return;
        var zone = node.Zone(zones.Lowest);
        zone.Span = memory.ShrinkSpan(zone.Span, pages, zone.Blocks, zone.BootSpan);
    }
}
