namespace HotplugFs.Engine.Memory;

/// <summary>The kernel's build options that files show; the defaults are those of a distribution's kernel.</summary>
public sealed record KernelConfig
{
    /// <summary>The size of <c>cpulist</c> for the 8192 CPUs of a distribution's kernel.</summary>
    public const long CpuListSizeDefault = 28672;

    /// <summary>The greatest size of <c>cpulist</c>.</summary>
    public const long CpuListSizeMax = 1 << 20;

    /// <summary>CONFIG_NUMA: there are nodes in <c>/sys/devices/system/node</c>; otherwise all memory is in node 0, which has no files.</summary>
    public bool Numa { get; init; } = true;

    /// <summary>CONFIG_PM: every device has a directory <c>power</c>.</summary>
    public bool PowerManagement { get; init; } = true;

    /// <summary>CONFIG_PM_ADVANCED_DEBUG: <c>power</c> has the files <c>async</c> and <c>runtime_*</c> that only developers need.</summary>
    public bool PowerDebug { get; init; } = true;

    /// <summary>CONFIG_MEMORY_HOTREMOVE: memory can go offline, and blocks have the file <c>valid_zones</c>.</summary>
    public bool MemoryHotremove { get; init; } = true;

    /// <summary>CONFIG_ACPI_HOTPLUG_MEMORY, or that of the architecture: the kernel adds the memory of DIMMs.
    /// Otherwise plugging is refused.</summary>
    public bool Dimms { get; init; } = true;

    /// <summary>CONFIG_X86_SGX: a node has the directory <c>x86</c>; null as in the kernel's usual build.</summary>
    public bool? Sgx { get; init; }

    /// <summary>The text of <c>crash_hotplug</c>: 0 or 1 (CONFIG_CRASH_HOTPLUG). Null as in the usual build, -1 for no file.</summary>
    public int? CrashHotplug { get; init; }

    /// <summary>CONFIG_KEXEC_CORE: a CPU has the files <c>crash_notes</c> and <c>crash_notes_size</c>.</summary>
    public bool CrashNotes { get; init; } = true;

    /// <summary>The sizes of huge pages in KiB that have files.</summary>
    public IReadOnlyList<int> HugePageSizes { get; init; } = [2048];

    /// <summary>Lines of <c>meminfo</c> and <c>vmstat</c> of the release that this build does not have.</summary>
    public IReadOnlyList<string> HiddenStatistics { get; init; } = [];

    /// <summary>The parameter memory_hotplug.memmap_on_memory. It changes no zone and no state.</summary>
    public MemmapOnMemory MemmapOnMemory { get; init; }

    /// <summary>CONFIG_MEMORY_FAILURE: the files <c>soft_offline_page</c> and <c>hard_offline_page</c> exist.</summary>
    public bool MemoryFailure { get; init; } = true;

    /// <summary>CONFIG_HUGETLBFS: a node has the directory <c>hugepages</c>, and <c>meminfo</c> the lines of its pools.</summary>
    public bool HugetlbPages { get; init; } = true;

    /// <summary>CONFIG_TRANSPARENT_HUGEPAGE: <c>meminfo</c> has the lines of transparent huge pages.</summary>
    public bool TransparentHugePages { get; init; } = true;

    /// <summary>CONFIG_ARCH_MEMORY_PROBE: the file <c>probe</c> exists; null as in the kernel's usual build.</summary>
    public bool? MemoryProbe { get; init; }

    /// <summary>CONFIG_MODULES: <c>/sys/module/memory_hotplug</c> has the file <c>uevent</c>.</summary>
    public bool Modules { get; init; } = true;

    /// <summary>CONFIG_MEMORY_NOTIFIER_ERROR_INJECT: debugfs has the directory <c>notifier-error-inject</c>.</summary>
    public bool ErrorInjection { get; init; } = true;

    /// <summary>CONFIG_PM_NOTIFIER_ERROR_INJECT: error injection has the directory <c>pm</c>.</summary>
    public bool PmErrorInjection { get; init; }

    /// <summary>The size that stat(2) shows of <c>cpulist</c>, where it is a binary attribute: 3.5 bytes for each of CONFIG_NR_CPUS.</summary>
    public long CpuListSize { get; init; } = CpuListSizeDefault;
}
