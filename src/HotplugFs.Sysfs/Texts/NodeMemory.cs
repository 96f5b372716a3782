using HotplugFs.Abi;
using HotplugFs.Engine;
using HotplugFs.Engine.Memory;

namespace HotplugFs.Sysfs;

/// <summary>
/// The memory figures of a node and of the machine. The simulated machine runs no programs: what the allocator was given is free,
/// but for huge pages that were reserved.
/// </summary>
internal sealed class NodeMemory(Machine machine)
{
    private const int PagesPerHugePage = 512;
    private const int KiBPerPage = PhysicalMemory.PageSizeBytes / 1024;

    private static readonly string[] Numastat = ["numa_hit", "numa_miss", "numa_foreign", "interleave_hit", "local_node", "other_node"];

    private static readonly string[] ZeroMachineMeminfo =
    [
        "Buffers", "Cached", "SwapCached", "Active", "Inactive", "Active(anon)", "Inactive(anon)", "Active(file)", "Inactive(file)",
        "Unevictable", "Mlocked", "SwapTotal", "SwapFree", "Dirty", "Writeback", "AnonPages", "Mapped", "Shmem", "Slab", "SReclaimable",
        "SUnreclaim", "KernelStack", "PageTables", "NFS_Unstable", "Bounce", "WritebackTmp",
    ];

    private readonly Dictionary<int, long> _hugePages = [];

    /// <summary>Huge pages of 2 MiB that are reserved on the node, as many as fit in what is online now.</summary>
    public long HugePages(int node) =>
        Math.Min(_hugePages.GetValueOrDefault(node), machine.FindNode(node)!.ManagedPages / PagesPerHugePage);

    /// <summary>Reserves huge pages: as many as there is room for, like the kernel.</summary>
    public void ReserveHugePages(int node, ulong count) =>
        _hugePages[node] = (long)Math.Min(count, (ulong)(machine.FindNode(node)!.ManagedPages / PagesPerHugePage));

    public Result ShowMeminfo(int obj, TextBuffer text)
    {
        var node = machine.FindNode(obj)!;
        Line(text, obj, "MemTotal", node.ManagedPages * KiBPerPage);
        Line(text, obj, "MemFree", FreePages(node) * KiBPerPage);
        Line(text, obj, "MemUsed", (node.ManagedPages - FreePages(node)) * KiBPerPage);
        foreach (var name in machine.Profile.Figures.Meminfo)
            Line(text, obj, name, 0);
        HugePageLine(text, obj, "HugePages_Total", HugePages(obj));
        HugePageLine(text, obj, "HugePages_Free", HugePages(obj));
        HugePageLine(text, obj, "HugePages_Surp", 0);
        return Result.Ok;
    }

    private static void HugePageLine(TextBuffer text, int node, string name, long count) =>
        text.Append("Node "u8).Append(node).Append(' ').Append($"{name + ":",-16} ").AppendPadded(count, 5).Append('\n');

    public Result ShowNumastat(int obj, TextBuffer text)
    {
        foreach (var name in Numastat)
            text.Append(name).Append(" 0\n"u8);
        return Result.Ok;
    }

    public Result ShowVmstat(int obj, TextBuffer text)
    {
        text.Append("nr_free_pages "u8).Append(FreePages(machine.FindNode(obj)!)).Append('\n');
        foreach (var name in machine.Profile.Figures.Vmstat)
            text.Append(name).Append(" 0\n"u8);
        return Result.Ok;
    }

    /// <summary>/proc/meminfo.</summary>
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
        (string Name, long Count)[] counts =
            [("HugePages_Total", hugePages), ("HugePages_Free", hugePages), ("HugePages_Rsvd", 0), ("HugePages_Surp", 0)];
        foreach (var (name, count) in counts)
            text.Append($"{name + ":",-16}").AppendPadded(count, 8).Append('\n');
        MachineLine(text, "Hugepagesize", 2048);
        return Result.Ok;
    }

    /// <summary>/proc/zoneinfo: the zones that have memory online, in the format of 4.9.</summary>
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
        text.Append("Node "u8).Append(node).Append(' ').Append($"{name + ":",-16}").AppendPadded(value, 8).Append(" kB\n"u8);

    private static void MachineLine(TextBuffer text, string name, long value) =>
        text.Append($"{name + ":",-16}").AppendPadded(value, 8).Append(" kB\n"u8);
}
