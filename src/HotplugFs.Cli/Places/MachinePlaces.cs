namespace HotplugFs.Cli.Places;

/// <summary>The paths at which programs look for memory blocks and nodes.</summary>
internal static class MachinePlaces
{
    /// <summary>The directory of the memory blocks.</summary>
    public const string Memory = "/sys/devices/system/memory";

    /// <summary>The mount point of the debugfs, in which the machine has notifier-error-inject.</summary>
    public const string Debugfs = "/sys/kernel/debug";

    private static readonly string[] Cpus = ["/sys/devices/system/cpu", "/sys/bus/cpu", "/proc/cpuinfo"];

    /// <summary>
    /// The paths that the simulated machine replaces, both below <c>/</c> and below its mount. A simulated kernel that lacks one shows an
    /// empty directory there.
    /// </summary>
    public static readonly string[] All =
    [
        Memory, "/sys/devices/system/node", "/sys/bus/memory", "/sys/bus/node", "/sys/devices/LNXSYSTM:00", "/sys/bus/acpi",
        "/sys/devices/virtual/memory_tiering", "/sys/bus/memory_tiering", DaxBus, "/sys/firmware/memmap",
        "/sys/module/memory_hotplug", "/sys/kernel/mm/hugepages", "/sys/kernel/mm/numa", "/sys/kernel/mm/mempolicy", Debugfs,
        .. Cpus, "/proc/meminfo", "/proc/vmstat", "/proc/zoneinfo", "/proc/buddyinfo", "/proc/pagetypeinfo",
        "/proc/sys/vm/compact_memory", "/proc/sys/vm/min_free_kbytes", "/proc/sys/vm/nr_hugepages", "/proc/sys/vm/nr_overcommit_hugepages",
    ];

    /// <summary>The paths that the machine replaces if it shows its CPUs or not.</summary>
    public static string[] With(bool cpus) => cpus ? All : [.. All.Except(Cpus)];

    /// <summary>The links to devices by their numbers, to which the machine adds its own.</summary>
    public const string DeviceNumbers = "/sys/dev/char";

    /// <summary>The device files of the machine, below its mount.</summary>
    public const string Devices = "/dev";

    private const string PciBus = "/sys/bus/pci";
    private const string DaxBus = "/sys/bus/dax";
    private const string PlatformDevices = "/sys/devices/platform";

    /// <summary>The paths that only machines of some platforms have, and no host on which this program runs.</summary>
    private static readonly string[] OfPlatforms = ["/sys/kernel/dlpar", "/sys/firmware/memory"];

    private static readonly string[] Identity = ["/sys/class/dmi", "/sys/devices/virtual/dmi"];
    private static readonly string[] Dax =
    [
        DaxBus, "/sys/bus/platform/drivers/hmem", "/sys/bus/platform/drivers/hmem_platform",
        "/sys/module/dax_hmem", "/sys/module/device_dax", "/sys/module/kmem",
    ];

    /// <summary>
    /// The paths that the machine replaces only if it has them: those of its platform, of its vendor and product, of its PCI
    /// devices and of the dax bus. They are mounted before <see cref="All"/>, because an overlay that adds one covers what was mounted below it.
    /// </summary>
    /// <param name="sysroot">The machine's mount point.</param>
    public static IEnumerable<string> OnlyOf(string sysroot)
    {
        // First, because an overlay that adds one is on /sys/devices, where others are.
        if (Exists(sysroot + PciBus))
        {
            yield return PciBus;
            foreach (var root in Directory.GetDirectories(sysroot + "/sys/devices", "pci*"))
                yield return root[sysroot.Length..];
        }
        foreach (var place in OfPlatforms)
            if (Exists(sysroot + place))
                yield return place;
        if (Exists(sysroot + Identity[0]))
            foreach (var place in Identity)
                yield return place;
        if (!Exists(sysroot + PlatformDevices))
            yield break;
        foreach (var place in Dax)
            if (Exists(sysroot + place))
                yield return place;
        foreach (var region in Directory.GetDirectories(sysroot + PlatformDevices))
            yield return region[sysroot.Length..];
    }

    /// <summary>
    /// True for paths that are not added where the host lacks them: those of ACPI devices, as machines without ACPI do, and what older kernels
    /// do not have.
    /// </summary>
    public static bool IsOptional(string place) => place is "/sys/devices/LNXSYSTM:00" or "/sys/bus/acpi"
        or "/sys/devices/virtual/memory_tiering" or "/sys/bus/memory_tiering" or DaxBus or "/sys/firmware/memmap"
        or "/sys/kernel/mm/numa" or "/sys/kernel/mm/mempolicy";

    /// <summary>True for a path of a file that exists, of whatever kind.</summary>
    public static bool Exists(string path) => File.Exists(path) || Directory.Exists(path);
}
