using HotplugFs.Sysfs.Profiles;

namespace HotplugFs.Kernels;

/// <summary>
/// The statistics of each release. A row begins with the first release that is known to have its names: by its source, or the oldest one
/// that was recorded with them. Source: recordings <c>*-a-inventory</c>; docs/kernels.md, "Node statistics".
/// </summary>
internal static class StatisticsCatalogue
{
    private static readonly NameTable MachineMeminfo = new(
        """
        3.8-      MemTotal MemFree
        3.14-     MemAvailable
        3.8-      Buffers Cached SwapCached Active Inactive Active(anon) Inactive(anon) Active(file) Inactive(file) Unevictable Mlocked
        3.8-      HighTotal HighFree LowTotal LowFree SwapTotal SwapFree
        5.19-     Zswap Zswapped
        3.8-      Dirty Writeback AnonPages Mapped Shmem
        4.20-     KReclaimable
        3.8-      Slab SReclaimable SUnreclaim KernelStack PageTables
        6.1-      SecPageTables
        3.8-      NFS_Unstable Bounce WritebackTmp CommitLimit Committed_AS VmallocTotal VmallocUsed VmallocChunk
        4.19-     Percpu
        3.8-      HardwareCorrupted
        4.9-      AnonHugePages ShmemHugePages ShmemPmdMapped
        5.4-      FileHugePages FilePmdMapped
        7.2-      CmaTotal CmaFree
        6.5-      Unaccepted
        6.16-     Balloon
        7.1-      GPUActive GPUReclaim
        3.8-      HugePages_Total HugePages_Free HugePages_Rsvd HugePages_Surp Hugepagesize
        4.19-     Hugetlb
        3.8-      DirectMap4k DirectMap2M
        """);

    private static readonly NameTable NodeMeminfo = new(
        """
        3.8-      MemTotal MemFree MemUsed
        5.15-     SwapCached
        3.8-      Active Inactive Active(anon) Inactive(anon) Active(file) Inactive(file) Unevictable Mlocked
        3.8-      HighTotal HighFree LowTotal LowFree Dirty Writeback FilePages Mapped AnonPages Shmem KernelStack PageTables
        6.1-      SecPageTables
        3.8-      NFS_Unstable Bounce WritebackTmp
        4.20-     KReclaimable
        3.8-      Slab SReclaimable SUnreclaim
        4.9-      AnonHugePages ShmemHugePages ShmemPmdMapped
        5.4-      FileHugePages FilePmdMapped
        6.5-      Unaccepted
        7.2-      Balloon
        7.1-      GPUActive GPUReclaim
        3.8-      HugePages_Total HugePages_Free HugePages_Surp
        """);

    /// <summary>Up to 4.7 each zone has all counters; then come those of zones, and behind numa_other those of nodes.</summary>
    private static readonly NameTable Vmstat = new(
        """
        4.4-4.7   nr_alloc_batch
        3.8-4.7   nr_inactive_anon nr_active_anon nr_inactive_file nr_active_file nr_unevictable nr_mlock nr_anon_pages nr_mapped
        3.8-4.7   nr_file_pages nr_dirty nr_writeback nr_slab_reclaimable nr_slab_unreclaimable nr_page_table_pages nr_kernel_stack
        4.4-4.7   nr_overhead
        3.8-4.7   nr_unstable nr_bounce nr_vmscan_write nr_vmscan_immediate_reclaim nr_writeback_temp nr_isolated_anon
        3.8-4.7   nr_isolated_file nr_shmem nr_dirtied nr_written
        4.4-4.7   nr_pages_scanned
        3.8-4.7   numa_hit numa_miss numa_foreign numa_interleave numa_local numa_other
        4.4-4.7   workingset_refault workingset_activate workingset_nodereclaim
        3.8-4.7   nr_anon_transparent_hugepages nr_free_cma
        6.16-     nr_free_pages_blocks
        4.8-      nr_zone_inactive_anon nr_zone_active_anon nr_zone_inactive_file nr_zone_active_file nr_zone_unevictable
        4.8-      nr_zone_write_pending nr_mlock
        4.8-4.13  nr_slab_reclaimable nr_slab_unreclaimable
        4.8-5.14  nr_page_table_pages
        4.8-5.9   nr_kernel_stack
        4.8-4.13  nr_overhead
        4.8-6.15  nr_bounce
        5.10-5.14 nr_zspages
        6.1-      nr_zspages
        4.14-     nr_free_cma
        6.12-     nr_unaccepted
        4.8-      numa_hit numa_miss numa_foreign numa_interleave numa_local numa_other
        4.8-4.13  nr_free_cma
        4.8-      nr_inactive_anon nr_active_anon nr_inactive_file nr_active_file nr_unevictable
        4.14-     nr_slab_reclaimable nr_slab_unreclaimable
        4.8-      nr_isolated_anon nr_isolated_file
        4.8-4.13  nr_pages_scanned
        4.8-5.9   workingset_refault workingset_activate
        5.10-     workingset_nodes workingset_refault_anon workingset_refault_file workingset_activate_anon workingset_activate_file
        5.10-     workingset_restore_anon workingset_restore_file
        4.8-      workingset_nodereclaim nr_anon_pages nr_mapped nr_file_pages nr_dirty nr_writeback
        4.8-6.16  nr_writeback_temp
        4.8-      nr_shmem nr_shmem_hugepages nr_shmem_pmdmapped
        5.4-      nr_file_hugepages nr_file_pmdmapped
        4.8-      nr_anon_transparent_hugepages
        4.8-5.9   nr_unstable
        4.8-      nr_vmscan_write nr_vmscan_immediate_reclaim nr_dirtied nr_written
        6.1-      nr_throttled_written
        5.10-     nr_kernel_misc_reclaimable nr_foll_pin_acquired nr_foll_pin_released
        7.1-      nr_vmalloc
        5.10-     nr_kernel_stack
        5.15-     nr_page_table_pages
        6.1-      nr_sec_page_table_pages
        6.12-     nr_iommu_pages
        6.1-      nr_swapcached pgpromote_success pgpromote_candidate
        6.18-     pgpromote_candidate_nrl
        6.12-     pgdemote_kswapd pgdemote_direct pgdemote_khugepaged
        6.16-     pgdemote_proactive
        7.1-      pgsteal_kswapd pgsteal_direct pgsteal_khugepaged pgsteal_proactive pgsteal_anon pgsteal_file
        7.1-      pgscan_kswapd pgscan_direct pgscan_khugepaged pgscan_proactive pgscan_anon pgscan_file
        7.3-      pgrotate_anon pgrotate_file
        7.1-      pgrefill
        6.16-     nr_hugetlb nr_balloon_pages
        6.18-     nr_kernel_file_pages
        7.1-      nr_gpu_active nr_gpu_reclaim
        """);

    /// <summary>
    /// The lines of <c>/proc/vmstat</c> behind those of the nodes. A name that ends with <c>*</c> stands for a line for each zone. The names
    /// of 4.4 are those of its source, because no complete file was recorded; those of 5.10 and 5.15 are those of 6.1. From
    /// 7.1 on the nodes count reclaimed pages.
    /// </summary>
    private static readonly NameTable Events = new(
        """
        3.8-      nr_dirty_threshold nr_dirty_background_threshold
        6.12-     nr_memmap_pages nr_memmap_boot_pages
        3.8-      pgpgin pgpgout pswpin pswpout pgalloc_*
        4.8-      allocstall_* pgskip_*
        3.8-      pgfree pgactivate pgdeactivate
        4.14-     pglazyfree
        3.8-      pgfault pgmajfault
        4.8-      pglazyfreed
        4.8-7.0   pgrefill
        5.10-     pgreuse
        4.8-7.0   pgsteal_kswapd pgsteal_direct
        6.12-7.0  pgsteal_khugepaged
        6.16-7.0  pgsteal_proactive
        5.10-6.11 pgdemote_kswapd pgdemote_direct
        4.8-7.0   pgscan_kswapd pgscan_direct
        6.12-7.0  pgscan_khugepaged
        6.16-7.0  pgscan_proactive
        3.8-4.7   pgrefill_* pgsteal_kswapd_* pgsteal_direct_* pgscan_kswapd_* pgscan_direct_*
        3.8-      pgscan_direct_throttle
        5.10-7.0  pgscan_anon pgscan_file pgsteal_anon pgsteal_file
        6.12-     zone_reclaim_success
        3.8-      zone_reclaim_failed pginodesteal slabs_scanned kswapd_inodesteal
        3.8-      kswapd_low_wmark_hit_quickly kswapd_high_wmark_hit_quickly
        3.8-4.3   kswapd_skip_congestion_wait
        3.8-      pageoutrun
        3.8-4.7   allocstall
        3.8-      pgrotated
        4.4-      drop_pagecache drop_slab
        4.14-     oom_kill
        5.10-     numa_pte_updates numa_huge_pte_updates numa_hint_faults numa_hint_faults_local numa_pages_migrated
        3.8-      pgmigrate_success pgmigrate_fail
        5.10-     thp_migration_success thp_migration_fail thp_migration_split
        3.8-      compact_migrate_scanned compact_free_scanned compact_isolated compact_stall compact_fail compact_success
        4.8-      compact_daemon_wake
        4.14-     compact_daemon_migrate_scanned compact_daemon_free_scanned
        3.8-      htlb_buddy_alloc_success htlb_buddy_alloc_fail
        7.3-      cma_alloc_success cma_alloc_fail
        3.8-      unevictable_pgs_culled unevictable_pgs_scanned unevictable_pgs_rescued
        3.8-      unevictable_pgs_mlocked unevictable_pgs_munlocked unevictable_pgs_cleared unevictable_pgs_stranded
        4.8-      thp_fault_alloc thp_fault_fallback
        5.10-     thp_fault_fallback_charge
        4.8-      thp_collapse_alloc thp_collapse_alloc_failed thp_file_alloc
        5.10-     thp_file_fallback thp_file_fallback_charge
        4.8-      thp_file_mapped thp_split_page thp_split_page_failed thp_deferred_split_page
        6.12-     thp_underused_split_page
        4.8-      thp_split_pmd
        5.10-     thp_scan_exceed_none_pte thp_scan_exceed_swap_pte thp_scan_exceed_share_pte
        4.14-     thp_split_pud
        4.8-      thp_zero_page_alloc thp_zero_page_alloc_failed
        4.14-     thp_swpout thp_swpout_fallback
        5.10-     balloon_inflate balloon_deflate balloon_migrate swap_ra swap_ra_hit
        6.12-     swpin_zero swpout_zero
        5.10-     ksm_swpin_copy cow_ksm zswpin zswpout
        6.12-     zswpwb
        5.10-     direct_map_level2_splits direct_map_level3_splits
        6.16-     direct_map_level2_collapses direct_map_level3_collapses
        7.3-      nrswpin nrswpout
        5.10-     nr_unstable
        """);

    private static readonly NameTable ZoneMarks = new(
        """
        5.10-     boost
        3.8-      min low high
        6.12-     promo
        3.8-4.7   scanned
        4.8-4.13  node_scanned
        """);

    private static readonly NameTable ZoneEnd = new(
        """
        3.8-4.7   all_unreclaimable
        4.8-      node_unreclaimable
        3.8-      start_pfn
        3.8-4.7   inactive_ratio
        4.8-4.18  node_inactive_ratio
        7.1-      reserved_highatomic free_highatomic
        """);

    /// <summary>What <c>meminfo</c> and <c>vmstat</c> of a release list.</summary>
    public static StatisticsNames Names(Version release) =>
        new(MachineMeminfo.In(release), NodeMeminfo.In(release), Vmstat.In(release), Events.In(release));

    /// <summary>What <c>/proc/zoneinfo</c> of a release lists; the rest are features.</summary>
    public static ZoneinfoFormat Zoneinfo(Version release)
    {
        var width = VersionRanges.Contain("4.8-", release) ? 23 : 21;
        return new ZoneinfoFormat
        {
            Marks = ZoneMarks.In(release),
            End = [.. ZoneEnd.In(release).Select(name => $"  {name}:".PadRight(width))],
        };
    }
}
