using HotplugFs.Engine.Memory;

namespace HotplugFs.Engine.Policies;

/// <summary>
/// The rules of 4.9 to 4.11: the boundary rule in the form that zone_can_shift() gave it, where a block may also leave zone DMA32.
/// Source: legacy.md 3.2; observed in the recordings <c>4.9-*</c>.
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
    /// <remarks>No zone between the two may ever have been in use on the node; that a zone was emptied does not help.</remarks>
    protected override bool AreNeighbours(PhysicalMemory memory, NumaNode node, ZoneType from, ZoneType to, out string reason)
    {
        var (low, high) = from < to ? (from, to) : (to, from);
        reason = "";
        for (var type = low + 1; type < high; type++)
        {
            if (!node.Zone(type).Initialized)
                continue;
            reason = $"{node.Zone(type)} lies between {from.Name()} and {to.Name()} and has been in use";
            return false;
        }
        return true;
    }
}
