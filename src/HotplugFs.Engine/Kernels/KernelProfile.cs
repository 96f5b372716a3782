using HotplugFs.Engine.Policies;

namespace HotplugFs.Engine.Kernels;

/// <summary>What tells one kernel era from another: the zone rules, and what is there at all.</summary>
/// <remarks>Versions stand in <see cref="KernelCatalogue"/> only; everything else asks for a feature.</remarks>
public sealed record KernelProfile
{
    /// <summary>The name users give, the kernel's version: <c>4.9</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What it stands for, in a few words.</summary>
    public required string Description { get; init; }

    /// <summary>The zone rules.</summary>
    public required ZonePolicy Zones { get; init; }

    /// <summary>The file <c>auto_online_blocks</c> is there.</summary>
    public required bool HasAutoOnlineBlocks { get; init; }

    /// <summary>The file <c>probe</c> is there (CONFIG_ARCH_MEMORY_PROBE).</summary>
    public required bool HasProbe { get; init; }

    /// <summary>The file <c>valid_zones</c> is there.</summary>
    public required bool HasValidZones { get; init; }

    /// <summary>
    /// <c>has_cpu</c> knows the CPUs that were there at boot; 4.4 only notices CPUs that are hotplugged (recordings <c>4.4-*</c>).
    /// </summary>
    public bool HasCpuKnowsBootCpus { get; init; } = true;

    /// <summary>
    /// A request to <c>state</c> that finds the block so already is answered with a short write of one byte; else with EINVAL
    /// (legacy.md 2.3).
    /// </summary>
    public bool AlreadyIsShortWrite { get; init; }

    /// <summary>
    /// Auto-online brings the block's state to online but not the flag that the file <c>online</c> shows (legacy.md 5, 4.7 to 4.10).
    /// </summary>
    public required bool AutoOnlineLeavesDeviceFlag { get; init; }
}
