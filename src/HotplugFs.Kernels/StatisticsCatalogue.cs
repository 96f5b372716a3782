using HotplugFs.Sysfs.Profiles;

namespace HotplugFs.Kernels;

/// <summary>
/// The statistics of each kernel. A list of <c>vmstat</c> that has the order of another one is written as the changes of it.
/// Source: recordings <c>*-a-inventory</c>; docs/kernels.md, "Node statistics".
/// </summary>
internal static class StatisticsCatalogue
{
    /// <summary>The lines of <c>/proc/meminfo</c> in their order.</summary>
    private static readonly MeminfoLine[] MachineMeminfo =
    [
        new("MemTotal"), new("MemFree"), new("MemAvailable", "3.14"), new("Buffers"), new("Cached"), new("SwapCached"),
        new("Active"), new("Inactive"), new("Active(anon)"), new("Inactive(anon)"), new("Active(file)"), new("Inactive(file)"),
        new("Unevictable"), new("Mlocked"), new("HighTotal"), new("HighFree"), new("LowTotal"), new("LowFree"),
        new("SwapTotal"), new("SwapFree"), new("Zswap", "5.19"), new("Zswapped", "5.19"), new("Dirty"), new("Writeback"),
        new("AnonPages"), new("Mapped"), new("Shmem"), new("KReclaimable", "4.20"), new("Slab"), new("SReclaimable"),
        new("SUnreclaim"), new("KernelStack"), new("PageTables"), new("SecPageTables", "6.1"), new("NFS_Unstable"), new("Bounce"),
        new("WritebackTmp"), new("CommitLimit"), new("Committed_AS"), new("VmallocTotal"), new("VmallocUsed"), new("VmallocChunk"),
        new("Percpu", "4.19"), new("HardwareCorrupted"), new("AnonHugePages", "4.9"), new("ShmemHugePages", "4.9"),
        new("ShmemPmdMapped", "4.9"), new("FileHugePages", "5.4"), new("FilePmdMapped", "5.4"), new("CmaTotal", "7.2"),
        new("CmaFree", "7.2"), new("Unaccepted", "6.5"),
        new("Balloon", "6.16"), new("GPUActive", "7.1"), new("GPUReclaim", "7.1"),
        new("HugePages_Total"), new("HugePages_Free"), new("HugePages_Rsvd"), new("HugePages_Surp"), new("Hugepagesize"),
        new("Hugetlb", "4.19"), new("DirectMap4k"), new("DirectMap2M"),
    ];

    /// <summary>The lines of <c>nodeN/meminfo</c> in their order.</summary>
    private static readonly MeminfoLine[] NodeMeminfo =
    [
        new("MemTotal"), new("MemFree"), new("MemUsed"), new("SwapCached", "5.15"), new("Active"), new("Inactive"),
        new("Active(anon)"), new("Inactive(anon)"), new("Active(file)"), new("Inactive(file)"), new("Unevictable"), new("Mlocked"),
        new("HighTotal"), new("HighFree"), new("LowTotal"), new("LowFree"), new("Dirty"), new("Writeback"), new("FilePages"),
        new("Mapped"), new("AnonPages"), new("Shmem"), new("KernelStack"), new("PageTables"), new("SecPageTables", "6.1"),
        new("NFS_Unstable"), new("Bounce"), new("WritebackTmp"), new("KReclaimable", "4.20"), new("Slab"), new("SReclaimable"),
        new("SUnreclaim"), new("AnonHugePages", "4.9"), new("ShmemHugePages", "4.9"), new("ShmemPmdMapped", "4.9"),
        new("FileHugePages", "5.4"), new("FilePmdMapped", "5.4"), new("Unaccepted", "6.5"),
        new("Balloon", "7.2"), new("GPUActive", "7.1"), new("GPUReclaim", "7.1"), new("HugePages_Total"), new("HugePages_Free"),
        new("HugePages_Surp"),
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

    private static readonly string[] Vmstat5_15 = Vmstat6_1.Without(
        "nr_zspages", "nr_throttled_written", "nr_sec_page_table_pages", "nr_swapcached", "pgpromote_success", "pgpromote_candidate");

    private static readonly string[] Vmstat6_12 =
    [
        .. Vmstat6_1.InsertAfter("nr_free_cma", "nr_unaccepted").InsertAfter("nr_sec_page_table_pages", "nr_iommu_pages"),
        "pgdemote_kswapd", "pgdemote_direct", "pgdemote_khugepaged",
    ];

    private static readonly string[] Vmstat6_18 =
    [
        "nr_free_pages_blocks",
        .. Vmstat6_12.Without("nr_bounce", "nr_writeback_temp").InsertAfter("pgpromote_candidate", "pgpromote_candidate_nrl"),
        "pgdemote_proactive", "nr_hugetlb", "nr_balloon_pages", "nr_kernel_file_pages",
    ];

    /// <summary>What <c>meminfo</c> and <c>vmstat</c> list in 3.8.</summary>
    public static StatisticsNames Linux3_8 { get; } = Of("3.8", Vmstat3_8, EventCatalogue.Linux3_8);

    /// <summary>What <c>meminfo</c> and <c>vmstat</c> list in 4.4.</summary>
    public static StatisticsNames Linux4_4 { get; } = Of(
        "4.4",
        [
            "nr_alloc_batch",
            .. Vmstat3_8
                .InsertAfter("nr_kernel_stack", "nr_overhead")
                .InsertAfter("nr_written", "nr_pages_scanned")
                .InsertAfter("numa_other", "workingset_refault", "workingset_activate", "workingset_nodereclaim"),
        ],
        EventCatalogue.Linux4_4);

    /// <summary>What <c>meminfo</c> and <c>vmstat</c> list in 4.9, whose <c>vmstat</c> has a new order.</summary>
    public static StatisticsNames Linux4_9 { get; } = Of(
        "4.9",
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
        ],
        EventCatalogue.Linux4_9);

    /// <summary>What <c>meminfo</c> and <c>vmstat</c> list in 4.14 and 4.19.</summary>
    public static StatisticsNames Linux4_14 { get; } = Of(
        "4.14",
        [
            "nr_zone_inactive_anon", "nr_zone_active_anon", "nr_zone_inactive_file", "nr_zone_active_file", "nr_zone_unevictable",
            "nr_zone_write_pending", "nr_mlock", "nr_page_table_pages", "nr_kernel_stack", "nr_bounce", "nr_free_cma", "numa_hit",
            "numa_miss", "numa_foreign", "numa_interleave", "numa_local", "numa_other", "nr_inactive_anon", "nr_active_anon",
            "nr_inactive_file", "nr_active_file", "nr_unevictable", "nr_slab_reclaimable", "nr_slab_unreclaimable", "nr_isolated_anon",
            "nr_isolated_file", "workingset_refault", "workingset_activate", "workingset_nodereclaim", "nr_anon_pages", "nr_mapped",
            "nr_file_pages", "nr_dirty", "nr_writeback", "nr_writeback_temp", "nr_shmem", "nr_shmem_hugepages", "nr_shmem_pmdmapped",
            "nr_anon_transparent_hugepages", "nr_unstable", "nr_vmscan_write", "nr_vmscan_immediate_reclaim", "nr_dirtied", "nr_written",
        ],
        EventCatalogue.Linux4_14);

    /// <summary>What <c>meminfo</c> and <c>vmstat</c> list in 5.10.</summary>
    public static StatisticsNames Linux5_10 { get; } = Of(
        "5.10",
        Vmstat5_15.Without("nr_page_table_pages").InsertAfter("nr_mlock", "nr_page_table_pages").InsertAfter("nr_bounce", "nr_zspages"),
        EventCatalogue.Linux6_1);

    /// <summary>What <c>meminfo</c> and <c>vmstat</c> list in 5.15, in a small configuration.</summary>
    public static StatisticsNames Linux5_15 { get; } = Of("5.15", Vmstat5_15, EventCatalogue.Linux6_1);

    /// <summary>What <c>meminfo</c> and <c>vmstat</c> list in 6.18.</summary>
    public static StatisticsNames Linux6_18 { get; } = Of("6.18", Vmstat6_18, EventCatalogue.Linux6_18);

    /// <summary>What <c>meminfo</c> and <c>vmstat</c> list in 7.2.</summary>
    public static StatisticsNames Linux7_2 { get; } = Of(
        "7.2",
        [
            .. Vmstat6_18
                .InsertAfter("nr_foll_pin_released", "nr_vmalloc")
                .InsertAfter(
                    "pgdemote_proactive",
                    "pgsteal_kswapd", "pgsteal_direct", "pgsteal_khugepaged", "pgsteal_proactive", "pgsteal_anon", "pgsteal_file",
                    "pgscan_kswapd", "pgscan_direct", "pgscan_khugepaged", "pgscan_proactive", "pgscan_anon", "pgscan_file", "pgrefill"),
            "nr_gpu_active", "nr_gpu_reclaim",
        ],
        EventCatalogue.Linux7_2);

    /// <summary>What <c>meminfo</c> and <c>vmstat</c> list in 6.1.</summary>
    public static StatisticsNames Linux6_1 { get; } = Of("6.1", Vmstat6_1, EventCatalogue.Linux6_1);

    /// <summary>What <c>meminfo</c> and <c>vmstat</c> list in 6.12.</summary>
    public static StatisticsNames Linux6_12 { get; } = Of("6.12", Vmstat6_12, EventCatalogue.Linux6_12);

    /// <summary>What <c>/proc/zoneinfo</c> lists in 3.8 and 4.4.</summary>
    public static ZoneinfoFormat Zoneinfo3_8 { get; } = new()
    {
        Marks = ["min", "low", "high", "scanned"],
        End = ["  all_unreclaimable: ", "  start_pfn:         ", "  inactive_ratio:    "],
    };

    /// <summary>What <c>/proc/zoneinfo</c> lists in 4.9.</summary>
    public static ZoneinfoFormat Zoneinfo4_9 { get; } = new()
    {
        Marks = ["min", "low", "high", "node_scanned"],
        End = ["  node_unreclaimable:  ", "  start_pfn:           ", "  node_inactive_ratio: "],
        HasNodeStatistics = true,
    };

    /// <summary>What <c>/proc/zoneinfo</c> lists in 4.14, the first of these kernels that lists empty zones.</summary>
    public static ZoneinfoFormat Zoneinfo4_14 { get; } = Zoneinfo4_9 with { Marks = ["min", "low", "high"], ListsEmptyZones = true };

    /// <summary>What <c>/proc/zoneinfo</c> lists in 4.19.</summary>
    public static ZoneinfoFormat Zoneinfo4_19 { get; } = Zoneinfo4_14 with { End = [.. Zoneinfo4_9.End[..2]] };

    /// <summary>What <c>/proc/zoneinfo</c> lists in 6.1.</summary>
    public static ZoneinfoFormat Zoneinfo6_1 { get; } = new()
    {
        Marks = ["boost", "min", "low", "high"],
        End = ["  node_unreclaimable:  ", "  start_pfn:           "],
        HasNodeStatistics = true,
        ListsEmptyZones = true,
        Pagesets = PagesetRule.ShareOfLow,
        HasCma = true,
        HasDeviceZone = true,
    };

    /// <summary>What <c>/proc/zoneinfo</c> lists in 6.12.</summary>
    public static ZoneinfoFormat Zoneinfo6_12 { get; } = Zoneinfo6_1 with
    {
        Marks = [.. Zoneinfo6_1.Marks, "promo"],
        Pagesets = PagesetRule.Tuned,
    };

    /// <summary>What <c>/proc/zoneinfo</c> lists in 6.18, and in 6.16.</summary>
    public static ZoneinfoFormat Zoneinfo6_18 { get; } = Zoneinfo6_12 with { HasHighLimits = true };

    /// <summary>What <c>/proc/zoneinfo</c> lists in 7.1 and 7.3.</summary>
    public static ZoneinfoFormat Zoneinfo7_2 { get; } = Zoneinfo6_18 with
    {
        End = [.. Zoneinfo6_1.End, "  reserved_highatomic: ", "  free_highatomic:     "],
    };

    private static StatisticsNames Of(string kernel, string[] vmstat, string[] events) =>
        new([.. NamesIn(kernel, MachineMeminfo)], [.. NamesIn(kernel, NodeMeminfo)], [.. vmstat], [.. events]);

    private static IEnumerable<string> NamesIn(string kernel, MeminfoLine[] lines) =>
        lines.Where(line => Version.Parse(line.Since) <= Version.Parse(kernel)).Select(line => line.Name);

    /// <summary>Returns the names but for some.</summary>
    internal static string[] Without(this string[] names, params string[] removed) => [.. names.Except(removed)];

    /// <summary>Returns the names with some more behind one of them.</summary>
    internal static string[] InsertAfter(this string[] names, string previous, params ReadOnlySpan<string> added)
    {
        var end = Array.IndexOf(names, previous) + 1;
        if (end == 0)
            throw new ArgumentException($"{previous} is not one of the names");
        return [.. names[..end], .. added, .. names[end..]];
    }

    /// <summary>A line of <c>meminfo</c>.</summary>
    /// <param name="Since">The first kernel with the line; the oldest one that was recorded with it if that is not known.</param>
    private sealed record MeminfoLine(string Name, string Since = "3.8");
}
