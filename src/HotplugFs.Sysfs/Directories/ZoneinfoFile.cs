using HotplugFs.Sysfs.Formats;
using HotplugFs.Sysfs.Profiles;

namespace HotplugFs.Sysfs.Directories;

/// <summary><c>/proc/zoneinfo</c> (mm/vmstat.c): the pages, marks and counters of the zones.</summary>
internal sealed class ZoneinfoFile(Machine machine, SysfsProfile profile, UsageFigures figures)
{
    /// <summary>The first counter that belongs to a node since 4.8.</summary>
    private const string FirstOfNode = "nr_inactive_anon";

    private readonly ZoneinfoFormat _format = profile.Zoneinfo;
    private readonly int _split = profile.Zoneinfo.HasNodeStatistics
        ? profile.Statistics.Vmstat.IndexOf(FirstOfNode)
        : profile.Statistics.Vmstat.Length;

    /// <summary>
    /// Lists the zones that have memory online, in the kernel's format. Linux 6.1 and later list the empty zones of online nodes, too, up to
    /// the line of their protection.
    /// </summary>
    public Result Show(int obj, TextBuffer text)
    {
        foreach (var node in machine.PossibleNodes.Where(node => node.Online))
        {
            var hasStatistics = !_format.HasNodeStatistics;
            foreach (var type in Types())
            {
                var zone = node.Zone(type);
                if (zone.PresentPages == 0)
                    continue;
                text.Append($"Node {node.Number}, zone {type.Name(),8}\n");
                if (!hasStatistics)
                {
                    text.Append("  per-node stats\n"u8);
                    AppendCounters(text, profile.Statistics.Vmstat.AsSpan()[_split..], node.Zones);
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
        text.Append(_format.HasNodeStatistics ? "      "u8 : "    "u8).Append($"nr_free_pages {zone.FreePages}\n");
        AppendCounters(text, profile.Statistics.Vmstat.AsSpan()[.._split], [zone]);
        if (!_format.HasNodeStatistics)
            AppendProtection(text, zone);
        text.Append("  pagesets\n"u8);
        foreach (var cpu in machine.PossibleNodes.SelectMany(node => node.Cpus).Order())
            text.Append($"    cpu: {cpu}\n              count: 0\n              high:  0\n              batch: 1\n  vm stats threshold: 4\n");
        foreach (var line in _format.End)
            text.Append(line).Append(line.StartsWith("  start_pfn", StringComparison.Ordinal) ? zone.Span.Start : 0).Append('\n');
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
            text.Append(_format.HasNodeStatistics ? "      "u8 : "    "u8).Append($"{name,-12} {figures.Pages(name, zones)}\n");
    }
}
