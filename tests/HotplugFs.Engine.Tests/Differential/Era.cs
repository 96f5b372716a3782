using HotplugFs.Engine.Kernels;

namespace HotplugFs.Engine.Tests.Differential;

/// <summary>A kernel to compare: the engine's profile and how the model is made.</summary>
/// <param name="Kernel">The profile's name.</param>
/// <param name="MovableNode">CONFIG_MOVABLE_NODE; in today's kernels the boot option movable_node.</param>
internal sealed record Era(string Kernel, bool MovableNode)
{
    private static readonly Dictionary<string, LegacyEra> Legacy = new()
    {
        ["3.8"] = LegacyEra.PatchSet,
        ["4.4"] = LegacyEra.RangeMove,
        ["4.9"] = LegacyEra.CanShift,
    };

    /// <summary>Every kernel that can be simulated, each in both ways.</summary>
    public static IEnumerable<Era> All =>
        from profile in KernelCatalogue.All from movableNode in new[] { false, true } select new Era(profile.Name, movableNode);

    public bool IsLegacy => Legacy.ContainsKey(Kernel);

    public bool HasOnlineFile => Kernel != "3.8";

    public bool HasValidZones => Kernel != "3.8";

    public bool HasAutoOnline => Kernel is not ("3.8" or "4.4");

    public bool HasPolicy => !IsLegacy;

    public MachineModel Model(Layout layout) =>
        Legacy.TryGetValue(Kernel, out var era) ? new LegacyModel(layout, era, MovableNode) : new ModernModel(layout, MovableNode);

    public Machine Engine(Layout layout) => new(layout.ToDefinition(MovableNode), KernelCatalogue.Find(Kernel)!);

    public override string ToString() => MovableNode ? $"{Kernel} movable_node" : Kernel;
}
