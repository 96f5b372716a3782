namespace HotplugFs.Engine;

/// <summary>A package, a die or a core.</summary>
/// <param name="number">Its number in the package; that of a package in the machine.</param>
/// <param name="index">Its number among all of its kind.</param>
/// <param name="parent">The die of a core, the package of a die, or null.</param>
/// <param name="cpus">Its CPUs, ascending.</param>
public sealed class CpuGroup(int number, int index, CpuGroup? parent, IReadOnlyList<int> cpus)
{
    /// <summary>Its number in the package, from 0 on; that of a package in the machine.</summary>
    public int Number { get; } = number;

    /// <summary>Its number among all of its kind, from 0 on.</summary>
    public int Index { get; } = index;

    /// <summary>The die of a core, the package of a die; null for a package.</summary>
    public CpuGroup? Parent { get; } = parent;

    /// <summary>Its CPUs, ascending.</summary>
    public IReadOnlyList<int> Cpus { get; } = cpus;

    /// <summary>The dies of a package, the cores of a die.</summary>
    public IReadOnlyList<CpuGroup> Parts { get; internal set; } = [];
}

/// <summary>Where a CPU is.</summary>
/// <param name="Core">Its core; the parent is the die, whose parent is the package.</param>
/// <param name="Order">Its number if CPUs are counted core by core (the APIC ID of x86).</param>
/// <param name="Node">The node that lists it.</param>
public sealed record CpuPlace(CpuGroup Core, int Order, NodeDefinition Node)
{
    /// <summary>The die of its core.</summary>
    public CpuGroup Die => Core.Parent!;

    /// <summary>The package of its die.</summary>
    public CpuGroup Package => Die.Parent!;
}
