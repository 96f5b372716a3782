namespace HotplugFs.Engine.Policies;

/// <summary>
/// The rules of 3.8 to 4.4, those of the 2012 patch set: blocks move between Movable and the zone below it (Normal, or HighMem if the
/// architecture has it). A block of any other zone stays in its zone, and its requests succeed. Source: docs/kernels.md, "Zone moves up to
/// 4.12"; recordings <c>4.4-*</c>.
/// </summary>
public class RangeMovePolicy : BoundaryPolicy
{
    /// <summary>Memory that is added above zone Movable becomes Movable; otherwise added memory never does.</summary>
    public bool AddsMovable { get; init; } = true;

    /// <inheritdoc/>
    protected override ZoneType ZoneForAdded(PhysicalMemory memory, NumaNode node, PfnRange pages) =>
        AddsMovable ? base.ZoneForAdded(memory, node, pages) : memory.ZoneBelowMovable;

    /// <inheritdoc/>
    protected override ZoneType Target(PhysicalMemory memory, ZoneType zone, OnlineType request)
    {
        var below = memory.ZoneBelowMovable;
        return request switch
        {
            OnlineType.OnlineKernel when zone == ZoneType.Movable => below,
            OnlineType.OnlineMovable when zone == below => ZoneType.Movable,
            _ => zone,
        };
    }

    /// <inheritdoc/>
    /// <remarks>The kernel initializes the zone before it looks at the boundary.</remarks>
    protected override void MoveRefused(Zone target) => target.Initialized = true;
}
