using HotplugFs.Engine.Policies;
using HotplugFs.Kernels;

namespace HotplugFs.Engine.Tests.Differential;

/// <summary>A kernel to compare: the engine's rules and the model that describes them independently.</summary>
/// <param name="Kernel">The kernel's name.</param>
/// <param name="MovableNode">CONFIG_MOVABLE_NODE; since 4.13 the boot option movable_node.</param>
internal sealed record Era(string Kernel, bool MovableNode)
{
    private readonly Kernel _kernel = KernelCatalogue.Get(Kernel);

    public bool IsLegacy => _kernel.Rules.Zones is BoundaryPolicy;

    /// <summary>True if the model has automatic onlining.</summary>
    public bool HasAutoOnline => _kernel.Files.HasAutoOnlineBlocks;

    public MachineModel Model(Layout layout) => _kernel.Rules.Zones switch
    {
        RangeMovePolicy zones => new LegacyModel(layout, Rules(zones.AddsMovable, movesDma32: false), MovableNode),
        ZoneCanShiftPolicy => new LegacyModel(layout, Rules(addsMovable: true, movesDma32: true), MovableNode),
        StickySpanPolicy => new StickyModel(layout, MovableNode),
        OnlineTimePolicy => new ModernModel(layout, MovableNode, _kernel.Rules.FreezesNormalMemory),
        var other => throw new NotSupportedException($"no model describes the rules of {Kernel}, {other.GetType().Name}"),
    };

    private LegacyRules Rules(bool addsMovable, bool movesDma32) => new(
        _kernel.Rules.Zones is PatchSetPolicy ? Errno.EPERM : Errno.EINVAL,
        addsMovable,
        movesDma32,
        _kernel.Rules.RemembersRequestsWhileOnline,
        _kernel.Rules.EjectKeepsBlocks,
        _kernel.Rules.AutoOnlineLeavesDeviceFlag);

    public Machine Engine(Layout layout) => new(layout.ToDefinition(MovableNode), _kernel.Rules);

    public override string ToString() => MovableNode ? $"{Kernel} movable_node" : Kernel;
}
