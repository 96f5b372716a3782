namespace HotplugFs.Engine.Policies;

/// <summary>
/// The rules of 3.8 to 3.10, the kernels that the 2012 patch set was merged into: refused moves fail with EPERM, and added memory is never
/// Movable. Source: docs/kernels.md, "Changes by version".
/// </summary>
public sealed class PatchSetPolicy : RangeMovePolicy
{
    /// <summary>Makes the rules.</summary>
    public PatchSetPolicy() => AddsMovable = false;

    /// <inheritdoc/>
    protected override Errno RefusedMove => Errno.EPERM;
}
