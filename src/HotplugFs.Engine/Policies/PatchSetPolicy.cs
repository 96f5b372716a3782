using HotplugFs.Abi;
using HotplugFs.Engine.Memory;

namespace HotplugFs.Engine.Policies;

/// <summary>
/// The rules of 3.8 to 3.10, as the 2012 patch set came into the kernel: refusals are EPERM, and new memory never is Movable.
/// Source: legacy.md, the columns marked [src].
/// </summary>
public sealed class PatchSetPolicy : RangeMovePolicy
{
    /// <inheritdoc/>
    protected override Errno RefusedMove => Errno.EPERM;

    /// <inheritdoc/>
    /// <remarks>Always the zone below Movable, wherever Movable lies.</remarks>
    protected override ZoneType ZoneForAdded(PhysicalMemory memory, NumaNode node, PfnRange pages) => memory.ZoneBelowMovable;
}
