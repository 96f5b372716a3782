using HotplugFs.Engine.Policies;
using HotplugFs.Kernels;

namespace HotplugFs.Engine.Tests.Differential;

/// <summary>A kernel to compare: the engine's rules and the model that describes them independently.</summary>
/// <param name="Kernel">The kernel's name.</param>
/// <param name="MovableNode">CONFIG_MOVABLE_NODE; since 4.13 the boot option movable_node.</param>
internal sealed record Era(string Kernel, bool MovableNode)
{
    /// <summary>
    /// The variant of <see cref="LegacyModel"/> for each set of zone rules; null for <see cref="ModernModel"/> and <see cref="StickyModel"/>.
    /// </summary>
    private static readonly Dictionary<Type, LegacyEra?> Variants = new()
    {
        [typeof(PatchSetPolicy)] = LegacyEra.PatchSet,
        [typeof(RangeMovePolicy)] = LegacyEra.RangeMove,
        [typeof(ZoneCanShiftPolicy)] = LegacyEra.CanShift,
        [typeof(OnlineTimePolicy)] = null,
        [typeof(StickySpanPolicy)] = null,
    };

    private readonly KernelRules _rules = KernelCatalogue.Get(Kernel).Rules;

    public bool IsLegacy => Variant is not null;

    /// <summary>True if the model has automatic onlining. The legacy model has only the kind that leaves the device offline.</summary>
    public bool HasAutoOnline => !IsLegacy || _rules.AutoOnlineLeavesDeviceFlag;

    private LegacyEra? Variant => Variants.TryGetValue(_rules.Zones.GetType(), out var variant)
        ? variant
        : throw new NotSupportedException($"no model describes the rules of {Kernel}, {_rules.Zones.GetType().Name}");

    public MachineModel Model(Layout layout) =>
        Variant is { } variant ? new LegacyModel(layout, variant, MovableNode)
        : _rules.Zones is StickySpanPolicy ? new StickyModel(layout, MovableNode)
        : new ModernModel(layout, MovableNode, _rules.FreezesNormalMemory);

    public Machine Engine(Layout layout) => new(layout.ToDefinition(MovableNode), _rules);

    public override string ToString() => MovableNode ? $"{Kernel} movable_node" : Kernel;
}
