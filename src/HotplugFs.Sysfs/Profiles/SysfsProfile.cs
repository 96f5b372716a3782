using System.Collections.Immutable;

namespace HotplugFs.Sysfs.Profiles;

/// <summary>The files of one kernel: which are present, what they accept and how they look.</summary>
/// <remarks>
/// Versions are written in the catalogue of kernels only. All other code asks for a feature. A feature is off unless a kernel sets it.
/// </remarks>
public sealed record SysfsProfile
{
    /// <summary>The names that <c>meminfo</c> and <c>vmstat</c> list. They are looked up when one of these files is read.</summary>
    public required Lazy<StatisticsNames> Statistics { get; init; }

    /// <summary>What <c>/proc/zoneinfo</c> lists.</summary>
    public required ZoneinfoFormat Zoneinfo { get; init; }

    /// <summary>The types of pageblocks that <c>/proc/pagetypeinfo</c> lists.</summary>
    public ImmutableArray<string> PageblockTypes { get; init; } = ["Unmovable", "Movable", "Reclaimable", "HighAtomic", "Isolate"];

    /// <summary>VmallocChunk of <c>/proc/meminfo</c> is the largest free piece; otherwise 0.</summary>
    public bool ShowsVmallocChunk { get; init; }

    /// <summary>The dirty thresholds of <c>/proc/vmstat</c> are computed as parts of 4096; otherwise as percentages.</summary>
    public bool CountsDirtyLimitsIn4096ths { get; init; }

    /// <summary>New anonymous pages are counted as inactive.</summary>
    public bool AnonStartsInactive { get; init; }

    /// <summary>New pages of shared memory are counted as active.</summary>
    public bool ShmemStartsActive { get; init; }

    /// <summary>A block has the file <c>online</c>.</summary>
    public bool HasOnlineFile { get; init; }

    /// <summary>A block has the file <c>valid_zones</c>.</summary>
    public bool HasValidZones { get; init; }

    /// <summary>
    /// <c>state</c> compares only the bytes that were written, so the beginning of a word selects the first word that begins with it
    /// (docs/kernels.md, "Words of state before 3.17").
    /// </summary>
    public bool AcceptsStatePrefixes { get; init; }

    /// <summary>A word that <c>state</c> does not know is refused only after a running hotplug operation; otherwise at once.</summary>
    public bool ChecksStateInTurn { get; init; }

    /// <summary>
    /// A write to <c>state</c> returns 1, a short write, if the block is already in the requested state; otherwise it fails with EINVAL
    /// (docs/kernels.md, "Requests for the current state").
    /// </summary>
    public bool RepeatedRequestIsShortWrite { get; init; }

    /// <summary><c>removable</c> is 1 for every block, whatever it holds.</summary>
    public bool ReportsAlwaysRemovable { get; init; }

    /// <summary>The memory directory has the file <c>probe</c> (CONFIG_ARCH_MEMORY_PROBE).</summary>
    public bool HasProbe { get; init; }

    /// <summary>The regions of the dax bus are below <c>hmem_platform.0</c>.</summary>
    public bool HasHmemParent { get; init; }

    /// <summary>The major number of the device files of the dax bus. The kernel takes a free one; the recorded kernels had this one.</summary>
    public int DaxMajor { get; init; } = 252;

    /// <summary>A dax device has the file <c>memmap_on_memory</c>.</summary>
    public bool HasDaxMemmapOnMemory { get; init; }

    /// <summary>The memory directory has the file <c>auto_online_blocks</c>.</summary>
    public bool HasAutoOnlineBlocks { get; init; }

    /// <summary>
    /// <c>auto_online_blocks</c> accepts every word that <c>state</c> accepts; otherwise <c>online</c> and <c>offline</c> only.
    /// </summary>
    public bool AutoOnlineAcceptsZones { get; init; }

    /// <summary>The memory directory has the file <c>crash_hotplug</c>.</summary>
    public bool HasCrashHotplug { get; init; }

    /// <summary>The module memory_hotplug has the parameter <c>online_policy</c> and those related to it.</summary>
    public bool HasOnlinePolicy { get; init; }

    /// <summary>The node directory has the file <c>has_generic_initiator</c>.</summary>
    public bool HasGenericInitiator { get; init; }

    /// <summary>There are memory tiers in <c>/sys/devices/virtual/memory_tiering</c>.</summary>
    public bool HasMemoryTiers { get; init; }

    /// <summary>The tier of a node follows from what the firmware states about the access to its memory.</summary>
    public bool TiersFollowPerformance { get; init; }

    /// <summary>So does the tier of memory that dax devices brought.</summary>
    public bool DaxTiersFollowPerformance { get; init; }

    /// <summary>There is <c>/sys/kernel/mm/numa/demotion_enabled</c>.</summary>
    public bool HasDemotion { get; init; }

    /// <summary>Nodes have the directories <c>access0</c> and <c>memory_side_cache</c> if the firmware describes them.</summary>
    public bool HasAccessClasses { get; init; }

    /// <summary>Nodes have the directory <c>access1</c>, too.</summary>
    public bool HasCpuAccessClass { get; init; }

    /// <summary><c>power</c> of a device without power management of its own has no <c>runtime_*</c> at all.</summary>
    public bool HidesRuntimeOfPlainDevices { get; init; }

    /// <summary>There is <c>/sys/kernel/mm/mempolicy/weighted_interleave</c>.</summary>
    public bool HasWeightedInterleave { get; init; }

    /// <summary>
    /// The name of the file in <c>weighted_interleave</c> that switches automatic weights; null if it does not exist. With it, only nodes
    /// with online memory have a file.
    /// </summary>
    public string? AutoWeightFile { get; init; }

    /// <summary>A node has the directory <c>hugepages</c> only while it has memory online; otherwise always.</summary>
    public bool HidesHugepagesWithoutMemory { get; init; }

    /// <summary>Huge pages can be split into smaller ones: the files <c>demote</c> and <c>demote_size</c>.</summary>
    public bool DemotesHugePages { get; init; }

    /// <summary>A node has the directory <c>memory_failure</c>.</summary>
    public bool HasMemoryFailureStatistics { get; init; }

    /// <summary>A node has the empty directory <c>x86</c>.</summary>
    public bool HasArchNodeDirectory { get; init; }

    /// <summary><c>cpumap</c> and <c>cpulist</c> are binary attributes.</summary>
    public bool HasBinaryCpuMasks { get; init; }

    /// <summary>The CPU directory has the file <c>isolated</c>.</summary>
    public bool HasIsolatedCpus { get; init; }

    /// <summary>The CPU directory has the file <c>enabled</c>.</summary>
    public bool HasEnabledCpus { get; init; }

    /// <summary>CPU 0 cannot be taken offline, and has no file <c>online</c>.</summary>
    public bool KeepsFirstCpu { get; init; }

    /// <summary>The files in the CPU directory's <c>vulnerabilities</c>.</summary>
    public CpuVulnerabilities Vulnerabilities { get; init; }

    /// <summary>The CPU directory has <c>smt</c>, also where nothing controls it: without <see cref="HasSmtControl"/>.</summary>
    public bool HasSmtDirectory { get; init; }

    /// <summary>The CPU directory has <c>smt</c>, by which the CPUs beside the first of each core are taken offline.</summary>
    public bool HasSmtControl { get; init; }

    /// <summary>The CPU directory has <c>cpuidle</c>.</summary>
    public bool HasCpuidle { get; init; }

    /// <summary>The governor in <c>cpuidle</c> can be chosen.</summary>
    public bool HasCpuidleGovernors { get; init; }

    /// <summary>The CPU directory has an empty directory <c>cpufreq</c> where no driver changes frequencies.</summary>
    public bool HasCpufreqDirectory { get; init; }

    /// <summary>The number of the last state in <c>cpuN/hotplug</c>, that of a CPU that is online; 0 if the directory is not simulated.</summary>
    public int CpuOnlineState { get; init; }

    /// <summary>CPU 0 reads its state from <c>hotplug/target</c> after boot, like the others; otherwise 0.</summary>
    public bool SetsTargetOfFirstCpu { get; init; }

    /// <summary>A CPU has the file <c>crash_notes</c>.</summary>
    public bool HasCrashNotes { get; init; }

    /// <summary>The bytes that <c>crash_notes_size</c> of a CPU shows; 0 for no such file.</summary>
    public int CrashNotesBytes { get; init; }

    /// <summary>The CPU directory has the file <c>crash_hotplug</c> where that of the memory has it.</summary>
    public bool HasCpuCrashHotplug { get; init; }

    /// <summary>Only root reads <c>crash_hotplug</c> in the CPU directory.</summary>
    public bool HidesCpuCrashHotplug { get; init; }

    /// <summary><c>die_id</c> counts the dies of all packages; otherwise, on other CPUs than AMD's, those of each package.</summary>
    public bool NumbersDiesOfAllPackages { get; init; }

    /// <summary>The topology of a CPU has its die, which only x86 knows.</summary>
    public bool HasDies { get; init; }

    /// <summary>The topology of a CPU has its cluster, the CPUs with the same cache of level 2.</summary>
    public bool HasClusters { get; init; }

    /// <summary>The topology of a CPU has <c>core_cpus</c> and <c>package_cpus</c> beside the older names.</summary>
    public bool NamesCpusByLevel { get; init; }

    /// <summary>The caches of a CPU are devices, with the file <c>uevent</c>.</summary>
    public bool HasCacheDevices { get; init; }

    /// <summary>A cache has the file <c>id</c>.</summary>
    public bool HasCacheIds { get; init; }

    /// <summary>
    /// A write to <c>online</c> of a CPU that is in that state already fails with EINVAL, and only the first character counts.
    /// </summary>
    public bool RefusesRepeatedCpuRequests { get; init; }

    /// <summary><c>/proc/cpuinfo</c> of x86 has the line <c>bugs</c>.</summary>
    public bool ListsCpuBugs { get; init; }

    /// <summary>A write to <c>uevent</c> that names no event fails with EINVAL; otherwise it succeeds without effect.</summary>
    public bool RefusesUnknownUevents { get; init; }

    /// <summary>The firmware's device of a DIMM has uevents of its own.</summary>
    public bool SendsFirmwareDeviceEvents { get; init; }

    /// <summary>A block has the file <c>end_phys_index</c>.</summary>
    public bool HasEndPhysIndex { get; init; }

    /// <summary>A block of a DIMM has the link <c>firmware_node</c>.</summary>
    public bool HasFirmwareNode { get; init; }

    /// <summary>A node has the file <c>scan_unevictable_pages</c>.</summary>
    public bool HasScanUnevictablePages { get; init; }

    /// <summary>
    /// The files <c>soft_offline_page</c> and <c>hard_offline_page</c> are 0644, and a read fails with EIO; otherwise they are 0200.
    /// </summary>
    public bool RetiringFilesAreReadable { get; init; }

    /// <summary><c>probe</c> takes the number at the beginning of the text, 0 if there is none; otherwise the text must be a number.</summary>
    public bool ProbeTakesLeadingNumber { get; init; }

    /// <summary>A write takes at most a page of an attribute less one byte; otherwise a whole page.</summary>
    public bool WritesEndBeforePage { get; init; }

    /// <summary>Plugging a DIMM ends with a uevent of its container.</summary>
    public bool SendsContainerEvents { get; init; }

    /// <summary>The words that truth values accept besides yes, no, on, off, 1 and 0.</summary>
    public TruthWords TruthWords { get; init; }

    /// <summary>A node has the file <c>reclaim</c>.</summary>
    public bool HasReclaim { get; init; }

    /// <summary>An open file or directory that was removed has no links; otherwise it has as many as when it was new.</summary>
    public bool RemovedObjectsHaveNoLinks { get; init; }

    /// <summary>How an injected error is parsed.</summary>
    public ErrorNumbers InjectedErrors { get; init; }

    /// <summary>fsync(2) of an attribute fails with EINVAL (recordings <c>4.4-*-b-grammar-state</c>).</summary>
    public bool RefusesSync { get; init; }
}
