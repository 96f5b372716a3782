using HotplugFs.Sysfs.Formats;
using HotplugFs.Sysfs.Profiles;

namespace HotplugFs.Sysfs.Directories;

/// <summary>The memory statistics of the nodes and of the machine.</summary>
internal sealed class MemoryStatistics(Machine machine, SysfsProfile profile, UsageFigures usage)
{
    private readonly int _kibPerPage = machine.PageSizeBytes / 1024;

    /// <summary>Least number of characters in a line of <c>meminfo</c> up to the end of the value, from the name on.</summary>
    private const int LineWidth = 24;
    private const int NodeCountWidth = 22;

    /// <summary>Least number of characters before the value in a line of <c>meminfo</c>, the colon included.</summary>
    private const int LabelWidth = 16;

    /// <summary>The size of the address range of vmalloc on x86-64, and on i386 (recording <c>4.4-pae-a-inventory</c>).</summary>
    private const long VmallocTotalKiB = 34359738367;
    private const long VmallocTotalOfHighMemKiB = 122880;

    private static readonly string[] Numastat = ["numa_hit", "numa_miss", "numa_foreign", "interleave_hit", "local_node", "other_node"];

    /// <summary>The lines of builds with transparent huge pages, but for those of files.</summary>
    private static readonly string[] HugePageLines = ["AnonHugePages", "ShmemHugePages", "ShmemPmdMapped", "FileHugePages", "FilePmdMapped"];

    private readonly IReadOnlyList<Zone> _zones = [.. machine.PossibleNodes.SelectMany(node => node.Zones)];

    /// <summary>Shows <c>nodeN/meminfo</c>.</summary>
    public Result ShowNodeMeminfo(int obj, TextBuffer text)
    {
        foreach (var name in profile.Statistics.Value.NodeMeminfo)
            if (IsShown(name))
                Line(text.Append("Node "u8).Append(obj).Append(' '), name, Value(name, machine.FindNode(obj)!.Zones), NodeCountWidth);
        return Result.Ok;
    }

    /// <summary>Shows <c>nodeN/numastat</c>, which counts allocations.</summary>
    public Result ShowNumastat(int obj, TextBuffer text)
    {
        var zones = machine.FindNode(obj)!.Zones;
        foreach (var name in Numastat)
            text.Append(name).Append(' ').Append(usage.Sum(name, zones)).Append('\n');
        return Result.Ok;
    }

    /// <summary>Shows <c>nodeN/vmstat</c>.</summary>
    public Result ShowVmstat(int obj, TextBuffer text)
    {
        var zones = machine.FindNode(obj)!.Zones;
        text.Append("nr_free_pages "u8).Append(Sum(zones, static zone => zone.FreePages)).Append('\n');
        foreach (var name in profile.Statistics.Value.Vmstat)
            if (!machine.Config.HiddenStatistics.Contains(name))
                text.Append(name).Append(' ').Append(usage.Sum(name, zones)).Append('\n');
        return Result.Ok;
    }

    /// <summary>Shows <c>/proc/meminfo</c>.</summary>
    public Result ShowMachineMeminfo(int obj, TextBuffer text)
    {
        foreach (var name in profile.Statistics.Value.MachineMeminfo)
            if (IsShown(name))
                Line(text, name, Value(name, _zones), LineWidth);
        return Result.Ok;
    }

    private bool IsShown(string name) => !machine.Config.HiddenStatistics.Contains(name) && name switch
    {
        "HighTotal" or "HighFree" or "LowTotal" or "LowFree" => machine.HasHighMemory,
        "HardwareCorrupted" => machine.Config.MemoryFailure,
        "AnonHugePages" or "ShmemHugePages" or "ShmemPmdMapped" or "FileHugePages" or "FilePmdMapped" => machine.Config.TransparentHugePages,
        _ when name.StartsWith("Huge", StringComparison.Ordinal) => machine.Config.HugetlbPages,
        _ => true,
    };

    /// <summary>Returns the value of a line; 0 for what only programs use.</summary>
    /// <param name="zones">The zones of a node, or of the machine.</param>
    private long Value(string name, IReadOnlyList<Zone> zones) => name switch
    {
        "MemAvailable" => Available() * _kibPerPage,
        "MemTotal" => Sum(zones, static zone => zone.ManagedPages) * _kibPerPage,
        "MemFree" => Sum(zones, static zone => zone.FreePages) * _kibPerPage,
        "MemUsed" => Sum(zones, static zone => zone.ManagedPages - zone.FreePages) * _kibPerPage,
        "HighTotal" => Sum(zones, static zone => IsHigh(zone) ? zone.ManagedPages : 0) * _kibPerPage,
        "HighFree" => Sum(zones, static zone => IsHigh(zone) ? zone.FreePages : 0) * _kibPerPage,
        "LowTotal" => Sum(zones, static zone => IsHigh(zone) ? 0 : zone.ManagedPages) * _kibPerPage,
        "LowFree" => Sum(zones, static zone => IsHigh(zone) ? 0 : zone.FreePages) * _kibPerPage,
        // By default the kernel promises no more than half of the memory that is not in huge pages.
        "CommitLimit" => (Sum(zones, static zone => zone.ManagedPages) - Sum(zones, HugePages)) / 2 * _kibPerPage,
        "VmallocTotal" => VmallocTotal,
        "VmallocChunk" => profile.ShowsVmallocChunk ? VmallocTotal : 0,
        // The kernel maps all memory below HighMem, also that of offline blocks.
        "DirectMap2M" => machine.HasHighMemory ? Value("LowTotal", zones) : machine.Blocks.Count * (machine.BlockSizeBytes / 1024),
        "HardwareCorrupted" => machine.Poison.Count * _kibPerPage,
        "HugePages_Total" => DefaultHugePages(zones) is var (inUse, free) ? (inUse + free) / machine.HugePages.PagesPerUnit : 0,
        "HugePages_Free" => DefaultHugePages(zones).Free / machine.HugePages.PagesPerUnit,
        "Hugepagesize" => machine.HugePages.SizeKiB,
        "Hugetlb" => Sum(zones, HugePages) * _kibPerPage,
        _ => usage.Sum(name, zones) * _kibPerPage,
    };

    private long VmallocTotal => machine.HasHighMemory ? VmallocTotalOfHighMemKiB : VmallocTotalKiB;

    private static bool IsHigh(Zone zone) => zone.Type is ZoneType.HighMem or ZoneType.Movable;

    /// <summary>Number of pages in huge pages of the default size.</summary>
    private (long InUse, long Free) DefaultHugePages(IReadOnlyList<Zone> zones)
    {
        var (inUse, free) = (0L, 0L);
        for (var i = 0; i < zones.Count; i++)
        {
            var (some, others) = zones[i].Usage.Huge(machine.HugePages.PagesPerUnit);
            (inUse, free) = (inUse + some, free + others);
        }
        return (inUse, free);
    }

    /// <summary>Number of pages in huge pages of all sizes.</summary>
    private static long HugePages(Zone zone) => zone.Usage[PageKind.Hugetlb] + zone.Usage[PageKind.HugetlbFree];

    /// <summary>
    /// Returns what programs could get without swapping, in pages (si_mem_available; docs/kernels.md, "Watermarks and protection").
    /// </summary>
    private long Available()
    {
        var (low, file) = (_zones.Sum(zone => zone.Marks.Low), _zones.Sum(zone => zone.Usage[PageKind.File]));
        var free = _zones.Sum(zone => zone.FreePages - machine.Watermarks.Reserved(zone));
        return Math.Max(free + file - Math.Min(file / 2, low), 0);
    }

    private static long Sum(IReadOnlyList<Zone> zones, Func<Zone, long> pages)
    {
        var sum = 0L;
        for (var i = 0; i < zones.Count; i++)
            sum += pages(zones[i]);
        return sum;
    }

    /// <param name="countWidth">The width of a line that has no unit.</param>
    private static void Line(TextBuffer text, string name, long value, int countWidth)
    {
        text.Append(name).Append(':');
        var label = name.Length + 1;
        for (; label < LabelWidth; label++)
            text.Append(' ');
        var isCount = name.StartsWith("HugePages_", StringComparison.Ordinal);
        text.AppendPadded(value, (isCount ? countWidth : LineWidth) - label).Append(isCount ? "\n"u8 : " kB\n"u8);
    }
}
