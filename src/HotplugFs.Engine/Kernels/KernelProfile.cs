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

    /// <summary>
    /// <c>state</c> compares only as many bytes as were written, so the beginning of a word is taken for the first word that begins so
    /// (legacy.md 2, 3.8 to 3.16).
    /// </summary>
    public bool StateTakesPrefixes { get; init; }

    /// <summary>The file <c>online</c> is there, and with it what a refused request leaves behind.</summary>
    public bool HasOnlineFile { get; init; } = true;

    /// <summary>What <c>meminfo</c> and <c>vmstat</c> of a node list.</summary>
    public required FigureNames Figures { get; init; }

    /// <summary>The file <c>auto_online_blocks</c> is there.</summary>
    public required bool HasAutoOnlineBlocks { get; init; }

    /// <summary>
    /// <c>auto_online_blocks</c> takes all words that <c>state</c> takes; else <c>online</c> and <c>offline</c> only.
    /// </summary>
    public bool AutoOnlineTakesZones { get; init; }

    /// <summary>A node can have movable memory only, whatever the kernel was built with.</summary>
    public bool HasMovableOnlyNodes { get; init; }

    /// <summary>The module memory_hotplug has parameters: <c>online_policy</c> and its kin.</summary>
    public bool HasOnlinePolicy { get; init; }

    /// <summary>The file <c>has_generic_initiator</c> is there.</summary>
    public bool HasGenericInitiator { get; init; }

    /// <summary>A write to <c>uevent</c> that is no event is refused; else it succeeds and does nothing.</summary>
    public bool UeventIsStrict { get; init; }

    /// <summary>A node has <c>hugepages</c> only while it has memory online; else always.</summary>
    public bool HugepagesNeedMemory { get; init; }

    /// <summary><c>cpumap</c> and <c>cpulist</c> are binary attributes.</summary>
    public bool CpuMasksAreBinary { get; init; }

    /// <summary>A read of <c>cpumap</c> keeps its last byte back (recording <c>6.1-f-fileops-root</c>).</summary>
    public bool CpuMapOmitsLastByte { get; init; }

    /// <summary>A node has the empty directory <c>x86</c>.</summary>
    public bool HasArchNodeDirectory { get; init; }

    /// <summary>A node has the directory <c>memory_failure</c>.</summary>
    public bool HasMemoryFailureStatistics { get; init; }

    /// <summary>Plugging a dimm ends with a uevent of its container.</summary>
    public bool PlugEndsWithContainerEvent { get; init; }

    /// <summary>fsync(2) of an attribute is EINVAL (recordings <c>4.4-*-b-grammar-state</c>).</summary>
    public bool RefusesSync { get; init; }

    /// <summary>The file <c>crash_hotplug</c> is there.</summary>
    public bool HasCrashHotplug { get; init; }

    /// <summary><c>removable</c> says 1 for every block, whatever is in it.</summary>
    public bool RemovableIsAlwaysOne { get; init; }

    /// <summary>Truth values may begin with t and f, too.</summary>
    public bool BoolKnowsTrueAndFalse { get; init; }

    /// <summary>A block with a page that was taken out of use cannot be onlined again (EHWPOISON).</summary>
    public bool PoisonKeepsOffline { get; init; }

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
