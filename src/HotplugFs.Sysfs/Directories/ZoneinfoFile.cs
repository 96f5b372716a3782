using System.Numerics;
using HotplugFs.Sysfs.Formats;
using HotplugFs.Sysfs.Profiles;

namespace HotplugFs.Sysfs.Directories;

/// <summary><c>/proc/zoneinfo</c> (mm/vmstat.c): the pages, marks and counters of the zones.</summary>
internal sealed class ZoneinfoFile(Machine machine, SysfsProfile profile, UsageFigures figures)
{
    /// <summary>The first counter that belongs to a node since 4.8.</summary>
    private const string FirstOfNode = "nr_inactive_anon";

    private const long PagesPerThreshold = 1 << 15;
    private const int ThresholdMax = 125;

    private readonly ZoneinfoFormat _format = profile.Zoneinfo;

    /// <summary>How many of the counters belong to zones; those of nodes follow.</summary>
    private int Split => profile.Zoneinfo.HasNodeStatistics
        ? profile.Statistics.Value.Vmstat.IndexOf(FirstOfNode)
        : profile.Statistics.Value.Vmstat.Length;

    /// <summary>
    /// Lists the zones of the online nodes, in the kernel's format. Up to 4.9 only those with memory online are listed; later ones list the
    /// empty zones up to the line of their protection (docs/kernels.md, "zoneinfo").
    /// </summary>
    public Result Show(int obj, TextBuffer text)
    {
        foreach (var node in machine.PossibleNodes.Where(node => node.Online))
        {
            var hasStatistics = !_format.HasNodeStatistics;
            foreach (var zone in Types().Select(node.Zone).Where(zone => _format.ListsEmptyZones || zone.PresentPages > 0))
            {
                text.Append($"Node {node.Number}, zone {zone.Type.Name(),8}\n");
                if (!hasStatistics && zone.PresentPages > 0)
                {
                    text.Append("  per-node stats\n"u8);
                    AppendCounters(text, profile.Statistics.Value.Vmstat.AsSpan()[Split..], node.Zones);
                    hasStatistics = true;
                }
                AppendZone(text, zone);
            }
        }
        return Result.Ok;
    }

    private IEnumerable<ZoneType> Types() => _format.HasDeviceZone ? machine.ZoneTypes.Append(ZoneType.Device) : machine.ZoneTypes;

    private void AppendZone(TextBuffer text, Zone zone)
    {
        text.Append($"  pages free     {zone.FreePages}\n");
        foreach (var name in _format.Marks)
            text.Append(name == "node_scanned" ? "   node_scanned  0\n" : $"        {name,-8} {Mark(zone, name)}\n");
        text.Append($"        spanned  {zone.Span.Length}\n        present  {zone.PresentPages}\n        managed  {zone.ManagedPages}\n");
        if (_format.HasCma)
            text.Append("        cma      0\n"u8);
        if (_format.HasNodeStatistics)
            AppendProtection(text, zone);
        if (zone.PresentPages == 0)
            return;
        text.Append(_format.HasNodeStatistics ? "      "u8 : "    "u8).Append($"nr_free_pages {zone.FreePages}\n");
        AppendCounters(text, profile.Statistics.Value.Vmstat.AsSpan()[..Split], [zone]);
        if (!_format.HasNodeStatistics)
            AppendProtection(text, zone);
        AppendPagesets(text, zone);
        foreach (var line in _format.End)
            text.Append(line).Append(EndValue(line, zone)).Append('\n');
    }

    /// <summary>Appends the lists of free pages of each CPU, which the simulation leaves empty.</summary>
    private void AppendPagesets(TextBuffer text, Zone zone)
    {
        var (batch, high) = _format.Pagesets.Limits(zone, machine.Cpus);
        // calculate_normal_threshold: 2 for each doubling of the CPUs and of each 128 MiB of the zone, at most 125.
        var threshold = Math.Min(2 * Doublings(machine.Cpus.Online.Count) * (1 + Doublings(zone.ManagedPages / PagesPerThreshold)), ThresholdMax);
        text.Append("  pagesets\n"u8);
        foreach (var cpu in machine.Cpus.Online.Members())
        {
            text.Append($"    cpu: {cpu}\n              count: 0\n              high:  {high}\n              batch: {batch}\n");
            if (_format.HasHighLimits)
                AppendHighLimits(text, zone);
            text.Append($"  vm stats threshold: {threshold}\n");
        }
    }

    /// <summary>Appends the limits of a list that the kernel tunes: from the CPU's share of <c>low</c> to that of an eighth of the zone.</summary>
    private void AppendHighLimits(TextBuffer text, Zone zone)
    {
        var (_, min) = PagesetRule.ShareOfLow.Limits(zone, machine.Cpus);
        var (_, max) = PagesetRule.ShareOfEighth.Limits(zone, machine.Cpus);
        text.Append($"              high_min: {min}\n              high_max: {max}\n");
    }

    /// <summary>Returns the position of the highest bit, from 1 on (the kernel's fls).</summary>
    private static int Doublings(long number) => number == 0 ? 0 : BitOperations.Log2((ulong)number) + 1;

    private long EndValue(string line, Zone zone)
    {
        if (line.Contains("start_pfn", StringComparison.Ordinal))
            return zone.Span.Start;
        // How many times the active list of anonymous pages may be longer than the inactive one: the root of 10 times the zone's GiB.
        var gib = zone.ManagedPages * machine.PageSizeBytes >> 30;
        return line.StartsWith("  inactive_ratio", StringComparison.Ordinal) ? Math.Max((long)Math.Sqrt(10 * gib), 1) : 0;
    }

    private static long Mark(Zone zone, string name) => name switch
    {
        "min" => zone.Marks.Min,
        "low" => zone.Marks.Low,
        "high" => zone.Marks.High,
        "promo" => zone.Marks.High + (zone.Marks.High - zone.Marks.Low),
        _ => 0,
    };

    private void AppendProtection(TextBuffer text, Zone zone)
    {
        text.Append("        protection: ("u8);
        foreach (var type in Types())
            text.Append(type == machine.ZoneTypes[0] ? "" : ", ").Append(machine.Watermarks.Protection(zone, type));
        text.Append(")\n"u8);
    }

    private void AppendCounters(TextBuffer text, ReadOnlySpan<string> names, IReadOnlyList<Zone> zones)
    {
        foreach (var name in names)
            text.Append(_format.HasNodeStatistics ? "      "u8 : "    "u8).Append($"{name,-12} {figures.Sum(name, zones)}\n");
    }
}
