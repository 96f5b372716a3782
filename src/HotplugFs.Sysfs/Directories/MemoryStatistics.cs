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

    /// <summary>Least number of characters before the value in a line of <c>meminfo</c>, the colon included.</summary>
    private const int LabelWidth = 16;

    private static readonly string[] Numastat = ["numa_hit", "numa_miss", "numa_foreign", "interleave_hit", "local_node", "other_node"];

    private static readonly string[] ZeroMachineMeminfo =
    [
        "Buffers", "Cached", "SwapCached", "Active", "Inactive", "Active(anon)", "Inactive(anon)", "Active(file)", "Inactive(file)",
        "Unevictable", "Mlocked", "SwapTotal", "SwapFree", "Dirty", "Writeback", "AnonPages", "Mapped", "Shmem", "Slab", "SReclaimable",
        "SUnreclaim", "KernelStack", "PageTables", "NFS_Unstable", "Bounce", "WritebackTmp",
    ];

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
        var node = machine.FindNode(obj)!;
        Line(text, obj, "MemTotal", node.ManagedPages * KiBPerPage);
        Line(text, obj, "MemFree", FreePages(node) * KiBPerPage);
        Line(text, obj, "MemUsed", (node.ManagedPages - FreePages(node)) * KiBPerPage);
        foreach (var name in profile.Statistics.Meminfo)
            Line(text, obj, name, 0);
        HugePageLine(text, obj, "HugePages_Total: "u8, HugePages(obj));
        HugePageLine(text, obj, "HugePages_Free:  "u8, HugePages(obj));
        HugePageLine(text, obj, "HugePages_Surp:  "u8, 0);
        return Result.Ok;
    }

    private static void HugePageLine(TextBuffer text, int node, ReadOnlySpan<byte> label, long count) =>
        text.Append("Node "u8).Append(node).Append(' ').Append(label).AppendPadded(count, 5).Append('\n');

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
        var total = machine.PossibleNodes.Sum(node => node.ManagedPages) * KiBPerPage;
        var free = machine.PossibleNodes.Sum(FreePages) * KiBPerPage;
        var hugePages = machine.PossibleNodes.Sum(node => HugePages(node.Number));
        MachineLine(text, "MemTotal", total);
        MachineLine(text, "MemFree", free);
        MachineLine(text, "MemAvailable", free);
        foreach (var name in ZeroMachineMeminfo)
            MachineLine(text, name, 0);
        if (machine.Config.MemoryFailure)
            MachineLine(text, "HardwareCorrupted", machine.Poison.Count * KiBPerPage);
        text.Append("HugePages_Total:"u8).AppendPadded(hugePages, 8).Append('\n');
        text.Append("HugePages_Free: "u8).AppendPadded(hugePages, 8).Append('\n');
        text.Append("HugePages_Rsvd: "u8).AppendPadded(0, 8).Append('\n');
        text.Append("HugePages_Surp: "u8).AppendPadded(0, 8).Append('\n');
        MachineLine(text, "Hugepagesize", 2048);
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

    private static void Line(TextBuffer text, int node, string name, long value) =>
        MachineLine(text.Append("Node "u8).Append(node).Append(' '), name, value);

    private static void MachineLine(TextBuffer text, string name, long value)
    {
        text.Append(name).Append(':');
        for (var width = name.Length + 1; width < LabelWidth; width++)
            text.Append(' ');
        text.AppendPadded(value, 8).Append(" kB\n"u8);
    }
}
