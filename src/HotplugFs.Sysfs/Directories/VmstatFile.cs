using HotplugFs.Sysfs.Formats;
using HotplugFs.Sysfs.Profiles;

namespace HotplugFs.Sysfs.Directories;

/// <summary><c>/proc/vmstat</c> (mm/vmstat.c): the statistics of all nodes, and events since boot.</summary>
internal sealed class VmstatFile(Machine machine, SysfsProfile profile, UsageFigures figures)
{
    /// <summary>Part of the memory that dirty pages may take (vm.dirty_ratio, vm.dirty_background_ratio), in percent.</summary>
    private const int DirtyPercent = 20;
    private const int DirtyBackgroundPercent = 10;

    private readonly IReadOnlyList<Zone> _zones = [.. machine.PossibleNodes.SelectMany(node => node.Zones)];
    private readonly ZoneType[] _types = [.. machine.ZoneTypes, .. profile.Zoneinfo.HasDeviceZone ? (ZoneType[])[ZoneType.Device] : []];

    /// <summary>Shows the lines of the kernel: those of the nodes, the thresholds, the events.</summary>
    public Result Show(int obj, TextBuffer text)
    {
        AppendLine(text, "nr_free_pages", _zones);
        foreach (var name in profile.Statistics.Value.Vmstat)
            AppendLine(text, name, _zones);
        foreach (var name in profile.Statistics.Value.Events)
        {
            if (name[^1] == '*')
                AppendZones(text, name);
            else if (machine.Config.TransparentHugePages || !name.StartsWith("thp_", StringComparison.Ordinal))
                text.Append(name).Append(' ').Append(Value(name)).Append('\n');
        }
        return Result.Ok;
    }

    private void AppendLine(TextBuffer text, string name, IReadOnlyList<Zone> zones) =>
        text.Append(name).Append(' ').Append(figures.Sum(name, zones)).Append('\n');

    private void AppendZones(TextBuffer text, string name)
    {
        foreach (var type in _types)
        {
            var zones = machine.PossibleNodes.Select(node => node.Zone(type)).ToArray();
            var suffix = type == ZoneType.HighMem ? "high" : type.Name().ToLowerInvariant();
            text.Append($"{name[..^1]}{suffix} {figures.Sum(name, zones)}\n");
        }
    }

    private long Value(string name) => name switch
    {
        "nr_dirty_threshold" => DirtyLimit(DirtyPercent),
        "nr_dirty_background_threshold" => DirtyLimit(DirtyBackgroundPercent),
        "nr_memmap_pages" => machine.PageDescriptors.OfAddedBlocks,
        "nr_memmap_boot_pages" => machine.PageDescriptors.OfBootBlocks,
        "pgmigrate_success" => machine.MigratedPages,
        "thp_fault_alloc" => machine.TransparentHugePages.Allocated,
        "thp_migration_success" => machine.TransparentHugePages.Migrated,
        "thp_split_page" or "thp_split_pmd" => machine.TransparentHugePages.Divided,
        _ => figures.Sum(name, _zones),
    };

    /// <summary>Returns how many pages may be dirty: a part of the free pages and of the page cache, without HighMem (global_dirty_limits).</summary>
    private long DirtyLimit(int percent)
    {
        var pages = 0L;
        foreach (var zone in _zones.Where(zone => !machine.HasHighMemory || zone.Type < ZoneType.HighMem))
            pages += zone.FreePages - machine.Watermarks.Reserved(zone) + zone.Usage[PageKind.File];
        pages = Math.Max(pages, 0);
        return profile.CountsDirtyLimitsIn4096ths ? pages * (percent * 4096 / 100) / 4096 : pages * percent / 100;
    }
}
