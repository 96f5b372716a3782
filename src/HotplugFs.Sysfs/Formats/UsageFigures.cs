using HotplugFs.Sysfs.Profiles;

namespace HotplugFs.Sysfs.Formats;

/// <summary>
/// The statistics that follow from the pages in use, by the names of <c>meminfo</c> and <c>vmstat</c> (docs/kernels.md, "Memory in use").
/// All other statistics are 0, because no program runs on the machine.
/// </summary>
internal sealed class UsageFigures
{
    private static readonly PageKind[] Anonymous = [PageKind.Anon, PageKind.Pinned];

    private readonly Dictionary<string, PageKind[]> _kinds;

    public UsageFigures(SysfsProfile profile)
    {
        PageKind[] activeAnon =
            [.. profile.AnonStartsInactive ? [] : Anonymous, .. profile.ShmemStartsActive ? (PageKind[])[PageKind.Shmem] : []];
        PageKind[] inactiveAnon =
            [.. profile.AnonStartsInactive ? Anonymous : [], .. profile.ShmemStartsActive ? (PageKind[])[] : [PageKind.Shmem]];
        var (file, fileAndShmem) = ((PageKind[])[PageKind.File], (PageKind[])[PageKind.File, PageKind.Shmem]);
        var mappings = new (PageKind[] Kinds, string[] Names)[]
        {
            (activeAnon, ["Active", "Active(anon)", "nr_active_anon", "nr_zone_active_anon"]),
            ([.. inactiveAnon, .. file], ["Inactive"]),
            (inactiveAnon, ["Inactive(anon)", "nr_inactive_anon", "nr_zone_inactive_anon"]),
            (file, ["Inactive(file)", "nr_inactive_file", "nr_zone_inactive_file"]),
            ([PageKind.Mlocked], ["Unevictable", "Mlocked", "nr_unevictable", "nr_zone_unevictable", "nr_mlock"]),
            ([.. Anonymous, PageKind.Mlocked], ["AnonPages", "nr_anon_pages"]),
            (fileAndShmem, ["Cached", "FilePages", "nr_file_pages"]),
            ([PageKind.Shmem], ["Shmem", "nr_shmem"]),
            ([PageKind.Kernel], ["Slab", "SUnreclaim", "nr_slab_unreclaimable"]),
        };
        _kinds = mappings.SelectMany(row => row.Names.Select(name => (name, row.Kinds))).ToDictionary();
    }

    /// <summary>Returns a statistic in pages.</summary>
    /// <param name="name">A name of <c>meminfo</c> or <c>vmstat</c>.</param>
    /// <param name="zones">The zones to add up.</param>
    public long Pages(string name, IReadOnlyList<Zone> zones)
    {
        if (!_kinds.TryGetValue(name, out var kinds))
            return 0;
        var pages = 0L;
        for (var i = 0; i < zones.Count; i++)
            foreach (var kind in kinds)
                pages += zones[i].Usage[kind];
        return pages;
    }
}
