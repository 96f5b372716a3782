namespace HotplugFs.Kernels;

/// <summary>
/// The lines of <c>/proc/vmstat</c> of each kernel that follow those of the nodes. A name that ends with <c>*</c> stands for one line for
/// each zone. Source: docs/kernels.md, "Node statistics".
/// </summary>
internal static class EventCatalogue
{
    private static readonly string[] Migration =
    [
        "pgmigrate_success", "pgmigrate_fail", "compact_migrate_scanned", "compact_free_scanned", "compact_isolated",
        "compact_stall", "compact_fail", "compact_success", "htlb_buddy_alloc_success", "htlb_buddy_alloc_fail",
        "unevictable_pgs_culled", "unevictable_pgs_scanned", "unevictable_pgs_rescued", "unevictable_pgs_mlocked",
        "unevictable_pgs_munlocked", "unevictable_pgs_cleared", "unevictable_pgs_stranded",
    ];

    /// <summary>The events of 3.8, most of which are counted for each zone.</summary>
    public static string[] Linux3_8 { get; } =
    [
        "nr_dirty_threshold", "nr_dirty_background_threshold", "pgpgin", "pgpgout", "pswpin", "pswpout", "pgalloc_*", "pgfree",
        "pgactivate", "pgdeactivate", "pgfault", "pgmajfault", "pgrefill_*", "pgsteal_kswapd_*", "pgsteal_direct_*",
        "pgscan_kswapd_*", "pgscan_direct_*", "pgscan_direct_throttle", "zone_reclaim_failed", "pginodesteal", "slabs_scanned",
        "kswapd_inodesteal", "kswapd_low_wmark_hit_quickly", "kswapd_high_wmark_hit_quickly", "kswapd_skip_congestion_wait",
        "pageoutrun", "allocstall", "pgrotated",
        .. Migration,
    ];

    /// <summary>The events of 4.4, which are those of the source, because no complete file was recorded.</summary>
    public static string[] Linux4_4 { get; } =
        Linux3_8.InsertAfter("pgrotated", "drop_pagecache", "drop_slab").Without("kswapd_skip_congestion_wait");

    /// <summary>The events of 4.9, with those of transparent huge pages at the end.</summary>
    public static string[] Linux4_9 { get; } =
    [
        "nr_dirty_threshold", "nr_dirty_background_threshold", "pgpgin", "pgpgout", "pswpin", "pswpout", "pgalloc_*",
        "allocstall_*", "pgskip_*", "pgfree", "pgactivate", "pgdeactivate", "pgfault", "pgmajfault", "pglazyfreed", "pgrefill",
        "pgsteal_kswapd", "pgsteal_direct", "pgscan_kswapd", "pgscan_direct", "pgscan_direct_throttle", "zone_reclaim_failed",
        "pginodesteal", "slabs_scanned", "kswapd_inodesteal", "kswapd_low_wmark_hit_quickly", "kswapd_high_wmark_hit_quickly",
        "pageoutrun", "pgrotated", "drop_pagecache", "drop_slab",
        .. Migration.InsertAfter("compact_success", "compact_daemon_wake"),
        "thp_fault_alloc", "thp_fault_fallback", "thp_collapse_alloc", "thp_collapse_alloc_failed", "thp_file_alloc",
        "thp_file_mapped", "thp_split_page", "thp_split_page_failed", "thp_deferred_split_page", "thp_split_pmd",
        "thp_zero_page_alloc", "thp_zero_page_alloc_failed",
    ];

    /// <summary>The events of 4.14 and 4.19.</summary>
    public static string[] Linux4_14 { get; } = Linux4_9
        .InsertAfter("pgdeactivate", "pglazyfree")
        .InsertAfter("drop_slab", "oom_kill")
        .InsertAfter("compact_daemon_wake", "compact_daemon_migrate_scanned", "compact_daemon_free_scanned")
        .InsertAfter("thp_split_pmd", "thp_split_pud")
        .InsertAfter("thp_zero_page_alloc_failed", "thp_swpout", "thp_swpout_fallback");

    /// <summary>The events of 6.1, with those of NUMA balancing and of swapping.</summary>
    public static string[] Linux6_1 { get; } = Linux4_9
        .InsertAfter("pgdeactivate", "pglazyfree")
        .InsertAfter("pgrefill", "pgreuse")
        .InsertAfter("pgsteal_direct", "pgdemote_kswapd", "pgdemote_direct")
        .InsertAfter("pgscan_direct_throttle", "pgscan_anon", "pgscan_file", "pgsteal_anon", "pgsteal_file")
        .InsertAfter(
            "drop_slab",
            "oom_kill", "numa_pte_updates", "numa_huge_pte_updates", "numa_hint_faults", "numa_hint_faults_local", "numa_pages_migrated")
        .InsertAfter("pgmigrate_fail", "thp_migration_success", "thp_migration_fail", "thp_migration_split")
        .InsertAfter("compact_daemon_wake", "compact_daemon_migrate_scanned", "compact_daemon_free_scanned")
        .InsertAfter("thp_fault_fallback", "thp_fault_fallback_charge")
        .InsertAfter("thp_file_alloc", "thp_file_fallback", "thp_file_fallback_charge")
        .InsertAfter("thp_split_pmd", "thp_scan_exceed_none_pte", "thp_scan_exceed_swap_pte", "thp_scan_exceed_share_pte", "thp_split_pud")
        .InsertAfter(
            "thp_zero_page_alloc_failed",
            "thp_swpout", "thp_swpout_fallback", "balloon_inflate", "balloon_deflate", "balloon_migrate", "swap_ra", "swap_ra_hit",
            "ksm_swpin_copy", "cow_ksm", "zswpin", "zswpout", "direct_map_level2_splits", "direct_map_level3_splits", "nr_unstable");

    /// <summary>The events of 6.12, where demotions are counted by node.</summary>
    public static string[] Linux6_12 { get; } =
    [
        .. Linux6_1.Where(name => name is not ("pgdemote_kswapd" or "pgdemote_direct")).ToArray()
            .InsertAfter("nr_dirty_background_threshold", "nr_memmap_pages", "nr_memmap_boot_pages")
            .InsertAfter("pgsteal_direct", "pgsteal_khugepaged")
            .InsertAfter("pgscan_direct", "pgscan_khugepaged")
            .InsertAfter("pgsteal_file", "zone_reclaim_success")
            .InsertAfter("thp_deferred_split_page", "thp_underused_split_page")
            .InsertAfter("swap_ra_hit", "swpin_zero", "swpout_zero")
            .InsertAfter("zswpout", "zswpwb"),
    ];

    /// <summary>The events of 6.16 and 6.18.</summary>
    public static string[] Linux6_18 { get; } = Linux6_12
        .InsertAfter("pgsteal_khugepaged", "pgsteal_proactive")
        .InsertAfter("pgscan_khugepaged", "pgscan_proactive")
        .InsertAfter("direct_map_level3_splits", "direct_map_level2_collapses", "direct_map_level3_collapses");

    /// <summary>The events of 7.1, where reclaimed pages are counted by node. With those of 7.3, which 7.2 may have, too, but for swapping.</summary>
    public static string[] Linux7_2 { get; } = Linux6_18
        .Without(
            "pgrefill", "pgsteal_kswapd", "pgsteal_direct", "pgsteal_khugepaged", "pgsteal_proactive", "pgscan_kswapd", "pgscan_direct",
            "pgscan_khugepaged", "pgscan_proactive", "pgscan_anon", "pgscan_file", "pgsteal_anon", "pgsteal_file");
}
