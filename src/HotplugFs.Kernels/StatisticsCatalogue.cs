using HotplugFs.Sysfs.Profiles;

namespace HotplugFs.Kernels;

/// <summary>
/// The statistics of each kernel. A list that only adds names to an older one is written as these additions.
/// Source: recordings <c>*-a-inventory</c>; docs/kernels.md, "Node statistics".
/// </summary>
internal static class StatisticsCatalogue
{
    private static readonly string[] Meminfo3_8 =
    [
        "Active", "Inactive", "Active(anon)", "Inactive(anon)", "Active(file)", "Inactive(file)", "Unevictable", "Mlocked",
        "Dirty", "Writeback", "FilePages", "Mapped", "AnonPages", "Shmem", "KernelStack", "PageTables", "NFS_Unstable",
        "Bounce", "WritebackTmp", "Slab", "SReclaimable", "SUnreclaim",
    ];

    private static readonly string[] Meminfo6_1 =
    [
        "SwapCached",
        .. Meminfo3_8.InsertAfter("PageTables", "SecPageTables").InsertAfter("WritebackTmp", "KReclaimable"),
        "AnonHugePages", "ShmemHugePages", "ShmemPmdMapped", "FileHugePages", "FilePmdMapped",
    ];

    private static readonly string[] Vmstat3_8 =
    [
        "nr_inactive_anon", "nr_active_anon", "nr_inactive_file", "nr_active_file", "nr_unevictable", "nr_mlock", "nr_anon_pages",
        "nr_mapped", "nr_file_pages", "nr_dirty", "nr_writeback", "nr_slab_reclaimable", "nr_slab_unreclaimable",
        "nr_page_table_pages", "nr_kernel_stack", "nr_unstable", "nr_bounce", "nr_vmscan_write", "nr_vmscan_immediate_reclaim",
        "nr_writeback_temp", "nr_isolated_anon", "nr_isolated_file", "nr_shmem", "nr_dirtied", "nr_written", "numa_hit",
        "numa_miss", "numa_foreign", "numa_interleave", "numa_local", "numa_other", "nr_anon_transparent_hugepages", "nr_free_cma",
    ];

    private static readonly string[] Vmstat6_1 =
    [
        "nr_zone_inactive_anon", "nr_zone_active_anon", "nr_zone_inactive_file", "nr_zone_active_file", "nr_zone_unevictable",
        "nr_zone_write_pending", "nr_mlock", "nr_bounce", "nr_zspages", "nr_free_cma", "numa_hit", "numa_miss", "numa_foreign",
        "numa_interleave", "numa_local", "numa_other", "nr_inactive_anon", "nr_active_anon", "nr_inactive_file",
        "nr_active_file", "nr_unevictable", "nr_slab_reclaimable", "nr_slab_unreclaimable", "nr_isolated_anon",
        "nr_isolated_file", "workingset_nodes", "workingset_refault_anon", "workingset_refault_file",
        "workingset_activate_anon", "workingset_activate_file", "workingset_restore_anon", "workingset_restore_file",
        "workingset_nodereclaim", "nr_anon_pages", "nr_mapped", "nr_file_pages", "nr_dirty", "nr_writeback",
        "nr_writeback_temp", "nr_shmem", "nr_shmem_hugepages", "nr_shmem_pmdmapped", "nr_file_hugepages", "nr_file_pmdmapped",
        "nr_anon_transparent_hugepages", "nr_vmscan_write", "nr_vmscan_immediate_reclaim", "nr_dirtied", "nr_written",
        "nr_throttled_written", "nr_kernel_misc_reclaimable", "nr_foll_pin_acquired", "nr_foll_pin_released", "nr_kernel_stack",
        "nr_page_table_pages", "nr_sec_page_table_pages", "nr_swapcached", "pgpromote_success", "pgpromote_candidate",
    ];

    /// <summary>What <c>meminfo</c> and <c>vmstat</c> of a node list in 3.8.</summary>
    public static StatisticsNames Linux3_8 { get; } = new([.. Meminfo3_8], [.. Vmstat3_8]);

    /// <summary>What <c>meminfo</c> and <c>vmstat</c> of a node list in 4.4.</summary>
    public static StatisticsNames Linux4_4 { get; } = new(
        [.. Meminfo3_8],
        [
            "nr_alloc_batch",
            .. Vmstat3_8
                .InsertAfter("nr_kernel_stack", "nr_overhead")
                .InsertAfter("nr_written", "nr_pages_scanned")
                .InsertAfter("numa_other", "workingset_refault", "workingset_activate", "workingset_nodereclaim"),
        ]);

    /// <summary>What <c>meminfo</c> and <c>vmstat</c> of a node list in 4.9, whose <c>vmstat</c> has a new order.</summary>
    public static StatisticsNames Linux4_9 { get; } = new(
        [.. Meminfo3_8],
        [
            "nr_zone_inactive_anon", "nr_zone_active_anon", "nr_zone_inactive_file", "nr_zone_active_file", "nr_zone_unevictable",
            "nr_zone_write_pending", "nr_mlock", "nr_slab_reclaimable", "nr_slab_unreclaimable", "nr_page_table_pages",
            "nr_kernel_stack", "nr_overhead", "nr_bounce", "numa_hit", "numa_miss", "numa_foreign", "numa_interleave", "numa_local",
            "numa_other", "nr_free_cma", "nr_inactive_anon", "nr_active_anon", "nr_inactive_file", "nr_active_file",
            "nr_unevictable", "nr_isolated_anon", "nr_isolated_file", "nr_pages_scanned", "workingset_refault",
            "workingset_activate", "workingset_nodereclaim", "nr_anon_pages", "nr_mapped", "nr_file_pages", "nr_dirty",
            "nr_writeback", "nr_writeback_temp", "nr_shmem", "nr_shmem_hugepages", "nr_shmem_pmdmapped",
            "nr_anon_transparent_hugepages", "nr_unstable", "nr_vmscan_write", "nr_vmscan_immediate_reclaim", "nr_dirtied",
            "nr_written",
        ]);

    /// <summary>What <c>meminfo</c> and <c>vmstat</c> of a node list in 6.1.</summary>
    public static StatisticsNames Linux6_1 { get; } = new([.. Meminfo6_1], [.. Vmstat6_1]);

    /// <summary>What <c>meminfo</c> and <c>vmstat</c> of a node list in 6.12.</summary>
    public static StatisticsNames Linux6_12 { get; } = new(
        [.. Meminfo6_1, "Unaccepted"],
        [
            .. Vmstat6_1.InsertAfter("nr_free_cma", "nr_unaccepted").InsertAfter("nr_sec_page_table_pages", "nr_iommu_pages"),
            "pgdemote_kswapd", "pgdemote_direct", "pgdemote_khugepaged",
        ]);

    private static string[] InsertAfter(this string[] names, string previous, params ReadOnlySpan<string> added)
    {
        var end = Array.IndexOf(names, previous) + 1;
        if (end == 0)
            throw new ArgumentException($"{previous} is not one of the names");
        return [.. names[..end], .. added, .. names[end..]];
    }
}
