using HotplugFs.Sysfs.ObjectSets;
using HotplugFs.Sysfs.Profiles;

namespace HotplugFs.Sysfs.Directories;

/// <summary>
/// The memory statistics of the nodes and of the machine. No programs run on the simulated machine, so all managed memory is free, except
/// for reserved huge pages.
/// </summary>
internal sealed class MemoryStatistics(Machine machine, SysfsProfile profile, MachineObjects objects)
{
    private const int PagesPerHugePage = 512;
    private const int KiBPerPage = PhysicalMemory.PageSizeBytes / 1024;

    /// <summary>Least number of characters in a line of <c>meminfo</c> up to the end of the value, from the name on.</summary>
    private const int LineWidth = 24;
    private const int NodeCountWidth = 22;

    /// <summary>Least number of characters before the value in a line of <c>meminfo</c>, the colon included.</summary>
    private const int LabelWidth = 16;

    /// <summary>The size of the address range of vmalloc on x86-64.</summary>
    private const long VmallocTotalKiB = 34359738367;

    private static readonly string[] Numastat = ["numa_hit", "numa_miss", "numa_foreign", "interleave_hit", "local_node", "other_node"];

    private readonly PerObject<long> _hugePages = new(objects.NodeGeneration, initial: 0);

    /// <summary>The huge pages of 2 MiB that are reserved on a node.</summary>
    public long HugePages(int node) => _hugePages[node];

    /// <summary>Reserves huge pages, at most as many as fit in the node's memory (docs/kernels.md, "Node directories").</summary>
    public void ReserveHugePages(int node, ulong count) => _hugePages[node] = (long)Math.Min(count, (ulong)HugePagesMax(node));

    /// <summary>
    /// Dissolves the huge pages that no longer fit in the memory of a node, as offlining does (dissolve_free_huge_pages).
    /// </summary>
    public void DissolveHugePages(int node)
    {
        if (_hugePages[node] > HugePagesMax(node))
            _hugePages[node] = HugePagesMax(node);
    }

    private long HugePagesMax(int node) => machine.FindNode(node)!.ManagedPages / PagesPerHugePage;

    /// <summary>Shows <c>nodeN/meminfo</c>.</summary>
    public Result ShowNodeMeminfo(int obj, TextBuffer text)
    {
        var figures = FiguresOf(machine.FindNode(obj)!);
        foreach (var name in profile.Statistics.NodeMeminfo)
            if (IsShown(name))
                Line(text.Append("Node "u8).Append(obj).Append(' '), name, Value(name, figures), NodeCountWidth);
        return Result.Ok;
    }

    /// <summary>Shows <c>nodeN/numastat</c>, which counts what programs allocated.</summary>
    public Result ShowNumastat(int obj, TextBuffer text)
    {
        foreach (var name in Numastat)
            text.Append(name).Append(" 0\n"u8);
        return Result.Ok;
    }

    /// <summary>Shows <c>nodeN/vmstat</c>.</summary>
    public Result ShowVmstat(int obj, TextBuffer text)
    {
        text.Append("nr_free_pages "u8).Append(FreePages(machine.FindNode(obj)!)).Append('\n');
        foreach (var name in profile.Statistics.Vmstat)
            text.Append(name).Append(" 0\n"u8);
        return Result.Ok;
    }

    /// <summary>Shows <c>/proc/meminfo</c>.</summary>
    public Result ShowMachineMeminfo(int obj, TextBuffer text)
    {
        var figures = default(Figures);
        foreach (var node in machine.PossibleNodes)
            figures = figures.Plus(FiguresOf(node));
        foreach (var name in profile.Statistics.MachineMeminfo)
            if (IsShown(name))
                Line(text, name, Value(name, figures), LineWidth);
        return Result.Ok;
    }

    /// <summary>Shows <c>/proc/zoneinfo</c>: the zones that have memory online, in the format of 4.9.</summary>
    public Result ShowZoneinfo(int obj, TextBuffer text)
    {
        foreach (var node in machine.PossibleNodes)
            foreach (var zone in node.Zones)
                if (zone.PresentPages > 0)
                    AppendZone(text, zone);
        return Result.Ok;
    }

    private static void AppendZone(TextBuffer text, Zone zone)
    {
        text.Append("Node "u8).Append(zone.Node.Number).Append($", zone {zone.Type.Name(),8}\n  pages free     {zone.ManagedPages}\n");
        text.Append("        min      0\n        low      0\n        high     0\n   node_scanned  0\n"u8);
        text.Append($"        spanned  {zone.Span.Length}\n        present  {zone.PresentPages}\n        managed  {zone.ManagedPages}\n");
        text.Append($"  node_unreclaimable:  0\n  start_pfn:           {zone.Span.Start}\n  node_inactive_ratio: 0\n");
    }

    private long FreePages(NumaNode node) => node.ManagedPages - HugePages(node.Number) * PagesPerHugePage;

    private Figures FiguresOf(NumaNode node)
    {
        var high = machine.HasHighMemory ? node.Zone(ZoneType.HighMem).ManagedPages + node.Zone(ZoneType.Movable).ManagedPages : 0;
        return new Figures(node.ManagedPages, FreePages(node), high, HugePages(node.Number));
    }

    private bool IsShown(string name) => name switch
    {
        "HighTotal" or "HighFree" or "LowTotal" or "LowFree" => machine.HasHighMemory,
        "HardwareCorrupted" => machine.Config.MemoryFailure,
        _ => true,
    };

    /// <summary>The value of a line; 0 for what only programs use.</summary>
    private long Value(string name, in Figures figures) => name switch
    {
        "MemTotal" => figures.Total * KiBPerPage,
        "MemFree" or "MemAvailable" => figures.Free * KiBPerPage,
        "MemUsed" => (figures.Total - figures.Free) * KiBPerPage,
        "HighTotal" or "HighFree" => figures.High * KiBPerPage,
        "LowTotal" => (figures.Total - figures.High) * KiBPerPage,
        "LowFree" => (figures.Free - figures.High) * KiBPerPage,
        // By default the kernel promises no more than half of the memory.
        "CommitLimit" => figures.Free * KiBPerPage / 2,
        "VmallocTotal" => machine.HasHighMemory ? 0 : VmallocTotalKiB,
        "HardwareCorrupted" => machine.Poison.Count * KiBPerPage,
        "HugePages_Total" or "HugePages_Free" => figures.HugePages,
        "Hugepagesize" => PagesPerHugePage * KiBPerPage,
        "Hugetlb" => figures.HugePages * PagesPerHugePage * KiBPerPage,
        _ => 0,
    };

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

    /// <summary>The memory of a node or of the machine, in pages; the number of huge pages.</summary>
    private readonly record struct Figures(long Total, long Free, long High, long HugePages)
    {
        public Figures Plus(in Figures other) =>
            new(Total + other.Total, Free + other.Free, High + other.High, HugePages + other.HugePages);
    }
}
