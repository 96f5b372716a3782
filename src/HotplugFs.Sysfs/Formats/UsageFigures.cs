using HotplugFs.Engine.Pages;
using HotplugFs.Sysfs.Profiles;

namespace HotplugFs.Sysfs.Formats;

/// <summary>
/// The statistics that follow from the pages in use and from allocations, by the names of <c>meminfo</c> and <c>vmstat</c>
/// (docs/kernels.md, "Memory in use").
/// All other statistics are 0, because no program runs on the machine.
/// </summary>
internal sealed class UsageFigures
{
    private static readonly PageKind[] Anonymous = [PageKind.Anon, PageKind.Pinned, PageKind.Thp];

    /// <summary>The figures that do not depend on the kernel.</summary>
    private static readonly (Func<Zone, long> Figure, string[] Names)[] Events =
    [
        (zone => zone.FreePages, ["nr_free_pages"]),
        (zone => zone.Usage[PageKind.Kernel] - zone.Usage.Descriptors, ["Slab", "SUnreclaim", "nr_slab_unreclaimable"]),
        (zone => zone.Events.NumaHit, ["numa_hit"]),
        (zone => zone.Events.NumaMiss, ["numa_miss"]),
        (zone => zone.Events.NumaForeign, ["numa_foreign"]),
        (zone => zone.Events.InterleaveHit, ["numa_interleave", "interleave_hit"]),
        (zone => zone.Events.LocalNode, ["numa_local", "local_node"]),
        (zone => zone.Events.OtherNode, ["numa_other", "other_node"]),
        (zone => zone.Events.Allocated, ["pgalloc_*"]),
        (zone => zone.Events.Freed, ["pgfree"]),
    ];

    private readonly Dictionary<string, Func<Zone, long>> _figures;

    /// <param name="transparent">The transparent huge pages, which <c>vmstat</c> counts and <c>meminfo</c> measures.</param>
    public UsageFigures(SysfsProfile profile, TransparentHugePages transparent)
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
            ([.. Anonymous, PageKind.Mlocked, PageKind.Shmem], ["Committed_AS"]),
            (fileAndShmem, ["Cached", "FilePages", "nr_file_pages"]),
            ([PageKind.Shmem], ["Shmem", "nr_shmem"]),
            ([PageKind.Thp], ["AnonHugePages"]),
        };
        // A kernel without them has no pages to divide.
        var pagesPerUnit = Math.Max(transparent.PagesPerUnit, 1);
        var units = (Figure: (Func<Zone, long>)(zone => zone.Usage[PageKind.Thp] / pagesPerUnit), Names: (string[])["nr_anon_transparent_hugepages"]);
        _figures = Events.Append(units).Concat(mappings.Select(row => (Figure: OfKinds(row.Kinds), row.Names)))
            .SelectMany(row => row.Names.Select(name => (name, row.Figure)))
            .ToDictionary();
    }

    /// <summary>Returns a statistic in pages, or a number of events.</summary>
    /// <param name="name">A name of <c>meminfo</c>, <c>vmstat</c> or <c>numastat</c>.</param>
    /// <param name="zones">The zones to add up.</param>
    public long Sum(string name, IReadOnlyList<Zone> zones)
    {
        if (!_figures.TryGetValue(name, out var figure))
            return 0;
        var sum = 0L;
        for (var i = 0; i < zones.Count; i++)
            sum += figure(zones[i]);
        return sum;
    }

    private static Func<Zone, long> OfKinds(PageKind[] kinds) => zone =>
    {
        var pages = 0L;
        foreach (var kind in kinds)
            pages += zone.Usage[kind];
        return pages;
    };
}
