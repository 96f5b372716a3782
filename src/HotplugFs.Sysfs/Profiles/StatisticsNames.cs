namespace HotplugFs.Sysfs.Profiles;

/// <summary>
/// The names of the statistics that a kernel shows for a node, in its order. They are all zero on a machine without programs; the ones
/// that the simulation computes are not listed here. Source: recordings <c>*-a-inventory</c>.
/// </summary>
/// <param name="Meminfo">The lines of <c>nodeN/meminfo</c> between MemUsed and HugePages_Total.</param>
/// <param name="Vmstat">The lines of <c>nodeN/vmstat</c> after nr_free_pages.</param>
public sealed record StatisticsNames(IReadOnlyList<string> Meminfo, IReadOnlyList<string> Vmstat)
{
    private static readonly string[] MeminfoBefore4_13 =
    [
        "Active", "Inactive", "Active(anon)", "Inactive(anon)", "Active(file)", "Inactive(file)", "Unevictable", "Mlocked",
        "Dirty", "Writeback", "FilePages", "Mapped", "AnonPages", "Shmem", "KernelStack", "PageTables", "NFS_Unstable",
        "Bounce", "WritebackTmp", "Slab", "SReclaimable", "SUnreclaim",
    ];

    /// <summary>The statistics of Linux 4.4.</summary>
    public static StatisticsNames Linux4_4 { get; } = new(
        MeminfoBefore4_13,
        [
            "nr_alloc_batch", "nr_inactive_anon", "nr_active_anon", "nr_inactive_file", "nr_active_file", "nr_unevictable",
            "nr_mlock", "nr_anon_pages", "nr_mapped", "nr_file_pages", "nr_dirty", "nr_writeback", "nr_slab_reclaimable",
            "nr_slab_unreclaimable", "nr_page_table_pages", "nr_kernel_stack", "nr_overhead", "nr_unstable", "nr_bounce",
            "nr_vmscan_write", "nr_vmscan_immediate_reclaim", "nr_writeback_temp", "nr_isolated_anon", "nr_isolated_file",
            "nr_shmem", "nr_dirtied", "nr_written", "nr_pages_scanned", "numa_hit", "numa_miss", "numa_foreign", "numa_interleave",
            "numa_local", "numa_other", "workingset_refault", "workingset_activate", "workingset_nodereclaim",
            "nr_anon_transparent_hugepages", "nr_free_cma",
        ]);

    /// <summary>The statistics of Linux 4.9.</summary>
    public static StatisticsNames Linux4_9 { get; } = new(
        MeminfoBefore4_13,
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

    /// <summary>The statistics of Linux 6.1.</summary>
    public static StatisticsNames Linux6_1 { get; } = new(
        [
            "SwapCached", "Active", "Inactive", "Active(anon)", "Inactive(anon)", "Active(file)", "Inactive(file)", "Unevictable",
            "Mlocked", "Dirty", "Writeback", "FilePages", "Mapped", "AnonPages", "Shmem", "KernelStack", "PageTables",
            "SecPageTables", "NFS_Unstable", "Bounce", "WritebackTmp", "KReclaimable", "Slab", "SReclaimable", "SUnreclaim",
            "AnonHugePages", "ShmemHugePages", "ShmemPmdMapped", "FileHugePages", "FilePmdMapped",
        ],
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
        ]);

    /// <summary>The statistics of Linux 6.12.</summary>
    public static StatisticsNames Linux6_12 { get; } = new(
        [.. Linux6_1.Meminfo, "Unaccepted"],
        [
            .. Insert(
                Insert(Linux6_1.Vmstat, after: "nr_free_cma", "nr_unaccepted"),
                after: "nr_sec_page_table_pages", "nr_iommu_pages"),
            "pgdemote_kswapd", "pgdemote_direct", "pgdemote_khugepaged",
        ]);

    /// <summary>Returns a list with one more name.</summary>
    /// <param name="after">The name that it follows, which is in the list.</param>
    private static IReadOnlyList<string> Insert(IReadOnlyList<string> names, string after, string name) =>
        [.. names.SelectMany(other => other == after ? new[] { other, name } : [other])];
}
