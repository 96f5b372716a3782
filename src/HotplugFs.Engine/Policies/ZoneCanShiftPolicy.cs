namespace HotplugFs.Engine.Policies;

/// <summary>
/// The rules of 4.9 to 4.11: the boundary rule as zone_can_shift() implements it, with which a block can also leave zone DMA32. Source:
/// docs/kernels.md, "Zone moves up to 4.12"; recordings <c>4.9-*</c>.
/// </summary>
public sealed class ZoneCanShiftPolicy : BoundaryPolicy
{
    /// <inheritdoc/>
    protected override ZoneType Target(PhysicalMemory memory, ZoneType zone, OnlineType request) => request switch
    {
        OnlineType.OnlineKernel => ZoneType.Normal,
        OnlineType.OnlineMovable => ZoneType.Movable,
        _ => zone,
    };

    /// <inheritdoc/>
    /// <remarks>A zone between the two that was ever in use on the node, even if it is empty now.</remarks>
    protected override string? FindObstacle(NumaNode node, ZoneType from, ZoneType to)
    {
        var (low, high) = from < to ? (from, to) : (to, from);
        for (var type = low + 1; type < high; type++)
            if (node.Zone(type).Initialized)
                return $"{node.Zone(type)} lies between {from.Name()} and {to.Name()} and has been in use";
        return null;
    }
}
