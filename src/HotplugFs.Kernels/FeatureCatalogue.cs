using HotplugFs.Engine.Policies;
using HotplugFs.Sysfs.Profiles;

namespace HotplugFs.Kernels;

/// <summary>
/// What differs between releases, with the releases and the source of each: a kernel is what its release has of this. The lines of
/// <c>meminfo</c>, <c>vmstat</c> and <c>zoneinfo</c> are in <see cref="StatisticsCatalogue"/>. Source: docs/kernels.md, "Changes by version".
/// </summary>
internal static class FeatureCatalogue
{
    private static readonly KernelFeature[] Zones =
    [
        new("3.8-4.12", "zones that grow and shrink at their boundary only", "4.4-mny-c-boundary-std, 4.9-mny-c-boundary-std")
        {
            Rules = rules => rules with { Zones = new RangeMovePolicy() },
        },
        new("3.8-3.16", "new memory that is never Movable", "3.8-mny-c-add-eject")
        {
            Rules = rules => rules with { Zones = new RangeMovePolicy { AddsMovable = false } },
        },
        new("3.8-3.10", "EPERM for a refused zone", "3.8-mnn-c-needs-normal") { Rules = rules => rules with { Zones = new PatchSetPolicy() } },
        new("4.9-4.12", "the boundary rule for DMA32", "4.9-mny-c-dma32") { Rules = rules => rules with { Zones = new ZoneCanShiftPolicy() } },
        new("4.13-", "zones chosen at online", "4.14-c-two-dimms, 4.19-c-two-dimms")
        {
            Rules = rules => rules with { Zones = new OnlineTimePolicy { HolesKeepBlocks = false } },
        },
        new("4.13-4.18,5.0-5.3", "spans that stay after an offline", "4.14-c-needs-normal, 4.14-x-memless3")
        {
            Rules = rules => rules with { Zones = new StickySpanPolicy { HolesKeepBlocks = false } },
        },
        new("5.5-", "no offline of a block with a hole", "5.10-c-boot-memory, 6.1-c-boot-memory")
        {
            Rules = rules => rules with { Zones = new OnlineTimePolicy() },
        },
        new("4.13-", "nodes that may have movable memory only", "4.14-c-needs-normal")
        {
            Rules = rules => rules with { HasMovableOnlyNodes = true },
        },
        new("4.4-4.8", "a removed node that forgets its zones", "4.4-mny-c-node2")
        {
            Rules = rules => rules with { ForgetsZonesOfRemovedNodes = true },
        },
        new("6.17-6.18", "a has_normal_memory that never changes", "6.18-r-memless3")
        {
            Rules = rules => rules with { FreezesNormalMemory = true },
        },
    ];

    private static readonly KernelFeature[] Requests =
    [
        new("3.8-3.16", "words of state that only begin right", "3.8-mny-b-prefixes") { Files = files => files with { AcceptsStatePrefixes = true } },
        new("4.4-5.9", "unknown words of state refused in turn", "[exp]") { Files = files => files with { ChecksStateInTurn = true } },
        new("3.12-4.8", "a short count for a repeated request", "4.4-mny-b-stale-type")
        {
            Files = files => files with { RepeatedRequestIsShortWrite = true },
        },
        new("3.12-", "remembered requests", "4.4-mny-b-stale-type, 6.1-c-left-over-type")
        {
            Rules = rules => rules with { RemembersRequestsWhileOnline = true },
        },
        new("3.11-", "the file online", "4.4-mny-b-grammar-online") { Files = files => files with { HasOnlineFile = true } },
        new("3.18-", "the file valid_zones", "4.4-mny-a-inventory") { Files = files => files with { HasValidZones = true } },
        new("3.8-3.13", "writes of at most 4095 bytes", "3.8-mny-b-prefixes")
        {
            Files = files => files with { WritesEndBeforePage = true },
        },
        new("5.4,5.7-", "removable always 1", "5.10-a-inventory, 6.1-a-inventory") { Files = files => files with { ReportsAlwaysRemovable = true } },
        new("3.8-4.3", "waits for another request that no signal ends", "[exp]")
        {
            Rules = rules => rules with { WaitersIgnoreSignals = true },
        },
        new("6.1-", "truth values true and false", "6.1-b-grammar-misc") { Files = files => files with { TruthWords = TruthWords.TrueFalse } },
        new("6.16-", "truth values enable and disable", "[exp]; 7.2-b-grammar-misc")
        {
            Files = files => files with { TruthWords = TruthWords.EnableDisable },
        },
    ];

    private static readonly KernelFeature[] Hotplug =
    [
        new("3.8", "blocks that stay after an eject", "3.8-mny-c-eject") { Rules = rules => rules with { EjectKeepsBlocks = true } },
        new("3.8-4.3", "end_phys_index, scan_unevictable_pages and readable soft_offline_page", "3.8-mny-a-inventory")
        {
            Files = files => files with { HasEndPhysIndex = true, HasScanUnevictablePages = true, RetiringFilesAreReadable = true },
        },
        new("4.4-", "the link firmware_node", "4.4-mny-a-inventory") { Files = files => files with { HasFirmwareNode = true } },
        new("3.8-5.9", "the file probe, by configuration", "4.9-mny-b-probe, 4.19-b-probe") { Files = files => files with { HasProbe = true } },
        new("5.12-", "E2BIG for a probe beyond the end of the addresses", "[src]")
        {
            Rules = rules => rules with { ChecksProbedRange = true },
        },
        new("3.8-4.3", "a probe that takes any text", "3.8-mny-b-probe") { Files = files => files with { ProbeTakesLeadingNumber = true } },
        new("4.7-", "the file auto_online_blocks", "4.9-mny-a-inventory") { Files = files => files with { HasAutoOnlineBlocks = true } },
        new("4.7-4.10", "automatic onlining that leaves the file online 0", "4.9-mny-b-stale-type")
        {
            Rules = rules => rules with { AutoOnlineLeavesDeviceFlag = true },
        },
        new("5.7-", "zones in auto_online_blocks", "5.10-c-auto-online") { Files = files => files with { AutoOnlineAcceptsZones = true } },
        new("5.8-", "virtio-mem", "5.10-c-virtio-mem") { Rules = rules => rules with { HasVirtioMem = true } },
        new("5.8-5.14", "virtio-mem by 4 MiB", "5.10-c-virtio-mem") { Rules = rules => rules with { HasEarlyVirtioMem = true } },
        new("5.14-", "memmap_on_memory", "6.1-c-memmap-on-memory, arm64-6.1-c-memmap-on-memory")
        {
            Architectures = ["x86_64", "i386", "arm64"],
            Rules = rules => rules with { HasMemmapOnMemory = true },
        },
        new("6.6-", "memmap_on_memory of ppc64le", "ppc64le-6.12-a-inventory")
        {
            Architectures = ["ppc64le"],
            Rules = rules => rules with { HasMemmapOnMemory = true },
        },
        new("6.10-", "memmap_on_memory of s390x and RISC-V", "[src]")
        {
            Architectures = ["s390x", "riscv64"],
            Rules = rules => rules with { HasMemmapOnMemory = true },
        },
        new("6.6-", "memmap_on_memory for each block", "[src]; 6.12-h-memmap-on-memory-force")
        {
            Rules = rules => rules with { HasMemmapOfEachBlock = true },
        },
        new("5.15-", "the parameters of memory_hotplug", "5.15-a-inventory, 6.1-a-inventory")
        {
            Files = files => files with { HasOnlinePolicy = true },
        },
        new("6.6-", "the file crash_hotplug", "6.12-a-inventory")
        {
            Architectures = ["x86_64", "i386"],
            Files = files => files with { HasCrashHotplug = true },
        },
        new("6.11-", "the file crash_hotplug of ppc64le", "ppc64le-6.12-a-inventory")
        {
            Architectures = ["ppc64le"],
            Files = files => files with { HasCrashHotplug = true },
        },
    ];

    private static readonly KernelFeature[] Addresses =
    [
        new("3.8-", "physical addresses of 36 bits", "[src]") { Architectures = ["i386"], Rules = rules => rules with { AddressBits = 36 } },
        new("4.14-", "physical addresses of 52 bits", "[src]") { Architectures = ["x86_64"], Rules = rules => rules with { AddressBits = 52 } },
        new("3.8-", "physical addresses of 40 bits", "[src]") { Architectures = ["arm64"], Rules = rules => rules with { AddressBits = 40 } },
        new("3.17-", "physical addresses of 48 bits", "[src]") { Architectures = ["arm64"], Rules = rules => rules with { AddressBits = 48 } },
        new("4.16-", "physical addresses of 52 bits with pages of 64 KiB", "[src]")
        {
            Architectures = ["arm64"],
            Rules = rules => rules with { AddressBitsOf64K = 52 },
        },
        new("6.9-", "physical addresses of 52 bits", "[src]") { Architectures = ["arm64"], Rules = rules => rules with { AddressBits = 52 } },
        new("4.19", "physical addresses of 47 bits", "[src]") { Architectures = ["ppc64le"], Rules = rules => rules with { AddressBits = 47 } },
        new("4.20-", "physical addresses of 51 bits", "[src]") { Architectures = ["ppc64le"], Rules = rules => rules with { AddressBits = 51 } },
        new("3.8-", "physical addresses of 52 bits", "[src]") { Architectures = ["riscv64"], Rules = rules => rules with { AddressBits = 52 } },
    ];

    private static readonly KernelFeature[] Nodes =
    [
        new("4.9-", "boot CPUs in has_cpu", "4.9-mny-a-inventory") { Rules = rules => rules with { CountsBootCpus = true } },
        new("5.10-", "the file has_generic_initiator", "5.10-a-inventory")
        {
            Rules = rules => rules with { HasGenericInitiators = true },
            Files = files => files with { HasGenericInitiator = true },
        },
        new("3.8-6.0", "hugepages of a node only while it has memory online", "4.19-c-node2, 5.10-a-inventory-m3")
        {
            Files = files => files with { HidesHugepagesWithoutMemory = true },
        },
        new("5.15-", "binary cpumap and cpulist", "5.15-a-inventory, 6.1-a-inventory") { Files = files => files with { HasBinaryCpuMasks = true } },
        new("6.1-", "the directory x86 of a node", "6.1-a-inventory")
        {
            Architectures = ["x86_64"],
            Files = files => files with { HasArchNodeDirectory = true },
        },
        new("5.16-", "huge pages that can be split", "[src]") { Files = files => files with { DemotesHugePages = true } },
        new("6.6-", "the directory memory_failure of a node", "6.12-a-inventory")
        {
            Files = files => files with { HasMemoryFailureStatistics = true },
        },
        new("6.17-", "the file reclaim of a node", "[exp]; 7.2-a-inventory") { Files = files => files with { HasReclaim = true } },
    ];

    private static readonly KernelFeature[] Cpus =
    [
        new("3.8-3.10", "EINVAL for a CPU that is in the requested state", "[src]")
        {
            Files = files => files with { RefusesRepeatedCpuRequests = true },
        },
        new("3.8-", "CPU 0 that stays online", "[src]")
        {
            Architectures = ["x86_64", "i386"],
            Files = files => files with { KeepsFirstCpu = true },
        },
        new("3.17-", "bugs in cpuinfo", "[src]") { Architectures = ["x86_64", "i386"], Files = files => files with { ListsCpuBugs = true } },
        new("3.19-", "caches that are devices", "[src]")
        {
            Architectures = ["x86_64", "i386", "arm64", "s390x", "riscv64"],
            Files = files => files with { HasCacheDevices = true },
        },
        new("4.2-", "the file isolated of CPUs", "[src]") { Files = files => files with { HasIsolatedCpus = true } },
        new("4.10-", "the id of a cache", "[src]")
        {
            Architectures = ["x86_64", "i386"],
            Files = files => files with { HasCacheIds = true },
        },
        new("5.3-", "core_cpus of CPUs", "[src]") { Files = files => files with { NamesCpusByLevel = true } },
        new("5.3-", "dies of CPUs", "[src]") { Files = files => files with { HasDies = true } },
        new("5.16-", "clusters of CPUs", "[src]") { Files = files => files with { HasClusters = true } },
        new("5.17-", "no dies of CPUs", "[src]")
        {
            Architectures = ["arm64", "ppc64le", "s390x", "riscv64"],
            Files = files => files with { HasDies = false },
        },
        new("5.17-", "no clusters of CPUs", "[src]") { Architectures = ["ppc64le", "s390x"], Files = files => files with { HasClusters = false } },
        new("6.4-", "CPU 0 that stays online", "[src]") { Architectures = ["s390x"], Files = files => files with { KeepsFirstCpu = true } },
        new("6.11-", "the file enabled of CPUs", "[src]") { Files = files => files with { HasEnabledCpus = true } },
    ];

    private static readonly string[] X86 = ["x86_64", "i386"];

    private static readonly KernelFeature[] CpuControls =
    [
        .. VulnerabilityRows(),
        new("4.9,4.14,4.17-", "smt/control of CPUs", "[src]")
        {
            Architectures = [.. X86],
            Files = files => files with { HasSmtControl = true },
        },
        new("5.2-", "the directory smt of CPUs without control", "[src]")
        {
            Architectures = ["arm64", "ppc64le", "s390x", "riscv64"],
            Files = files => files with { HasSmtDirectory = true },
        },
        new("6.6-", "smt/control of CPUs", "[src]") { Architectures = ["ppc64le"], Files = files => files with { HasSmtControl = true } },
        new("6.15-", "smt/control of CPUs", "[src]") { Architectures = ["arm64"], Files = files => files with { HasSmtControl = true } },
        new("3.8-", "the directory cpuidle", "[src]") { Architectures = [.. X86], Files = files => files with { HasCpuidle = true } },
        new("5.8-", "governors of cpuidle", "[src]")
        {
            Architectures = [.. X86],
            Files = files => files with { HasCpuidleGovernors = true },
        },
        new("3.8-3.10,4.4-", "the directory cpufreq without a driver", "[src]")
        {
            Architectures = [.. X86],
            Files = files => files with { HasCpufreqDirectory = true },
        },
        new("6.1-", "hotplug states of CPUs with known numbers", "[exp]")
        {
            Architectures = [.. X86],
            Files = files => files with { CpuOnlineState = 236 },
        },
        new("6.2-", "the target state of CPU 0", "[exp]") { Files = files => files with { SetsTargetOfFirstCpu = true } },
        new("3.8-", "crash_notes of CPUs", "[src]") { Architectures = ["x86_64"], Files = files => files with { HasCrashNotes = true } },
        new("3.10-", "crash_notes_size of CPUs", "[src]")
        {
            Architectures = ["x86_64"],
            Files = files => files with { CrashNotesBytes = 368 },
        },
        new("6.6-", "crash_hotplug of CPUs", "[src]") { Files = files => files with { HasCpuCrashHotplug = true } },
        new("6.6-6.11", "crash_hotplug of CPUs for root only", "[src]") { Files = files => files with { HidesCpuCrashHotplug = true } },
        new("6.9-", "die_id that counts the dies of all packages", "[exp]")
        {
            Architectures = [.. X86],
            Files = files => files with { NumbersDiesOfAllPackages = true },
        },
    ];

    /// <summary>
    /// The files of vulnerabilities. Stable updates added most of them to releases that are older; docs/kernels.md has the table. arm64 has the
    /// directory from 5.2 on, with the same names.
    /// </summary>
    private static KernelFeature[] VulnerabilityRows()
    {
        KernelFeature Row(string releases, CpuVulnerabilities file, params string[] architectures) =>
            new(releases, $"vulnerabilities/{CpuVulnerabilityNames.Of(file).First()}", "[src]")
            {
                Architectures = [.. architectures],
                IsNoted = false,
                Files = files => files with { Vulnerabilities = files.Vulnerabilities | file },
            };
        string[] both = [.. X86, "arm64"];
        const string Arm = "arm64";
        return
        [
            Row("4.4,4.9,4.14-", CpuVulnerabilities.First, X86),
            Row("4.4,4.9,4.14,4.17-", CpuVulnerabilities.StoreBypass | CpuVulnerabilities.L1Terminal, X86),
            Row("4.4,4.9,4.14,4.19,5.0-", CpuVulnerabilities.DataSampling, X86),
            Row("5.2-", CpuVulnerabilities.First | CpuVulnerabilities.StoreBypass | CpuVulnerabilities.L1Terminal, Arm),
            Row("5.2-", CpuVulnerabilities.DataSampling, Arm),
            Row("4.4,4.9,4.14,4.19,5.3-", CpuVulnerabilities.AsyncAbort, X86),
            Row("5.3-", CpuVulnerabilities.AsyncAbort, Arm),
            Row("4.4,4.9,4.14,4.19,5.4,5.6-", CpuVulnerabilities.RegisterBuffer, X86),
            Row("5.4,5.6-", CpuVulnerabilities.RegisterBuffer, Arm),
            Row("4.14,4.19", CpuVulnerabilities.StaleData, X86),
            Row("4.19", CpuVulnerabilities.Retbleed, X86),
            Row("5.4,5.10,5.15,5.18-", CpuVulnerabilities.StaleData | CpuVulnerabilities.Retbleed, both),
            Row("4.14,4.19", CpuVulnerabilities.GatherData, X86),
            Row("5.4,5.10,5.15,6.1,6.4-", CpuVulnerabilities.GatherData, both),
            Row("5.10,5.15,6.1,6.5-", CpuVulnerabilities.ReturnStack, both),
            Row("5.10,5.15,6.1,6.6,6.9-", CpuVulnerabilities.RegisterFile, both),
            Row("5.10,5.15,6.1,6.6,6.12,6.14-", CpuVulnerabilities.TargetSelection, both),
            Row("5.10,5.15,6.1,6.6,6.12,6.15-", CpuVulnerabilities.Scheduler, both),
            Row("5.10,5.15,6.1,6.6,6.12,6.16-", CpuVulnerabilities.GuestExit, both),
            Row("6.14-", CpuVulnerabilities.GhostWrite, both),
            Row("6.16-", CpuVulnerabilities.Microcode, both),
        ];
    }

    private static readonly KernelFeature[] Tiers =
    [
        new("5.2-", "access classes of nodes", "[src]") { Files = files => files with { HasAccessClasses = true } },
        new("5.10-", "the access class of CPUs", "[src]") { Files = files => files with { HasCpuAccessClass = true } },
        new("6.16-", "power/ without runtime_* of devices that need none", "[src]")
        {
            Files = files => files with { HidesRuntimeOfPlainDevices = true },
        },
        new("5.15-", "the file demotion_enabled", "[exp]") { Files = files => files with { HasDemotion = true } },
        new("6.1-", "memory tiers", "[exp]") { Files = files => files with { HasMemoryTiers = true } },
        new("6.10-", "memory tiers by performance", "[src]") { Files = files => files with { TiersFollowPerformance = true } },
        new("6.9-", "weighted_interleave", "[exp]") { Files = files => files with { HasWeightedInterleave = true } },
        new("6.16-", "automatic weights in weighted_interleave", "[src]") { Files = files => files with { AutoWeightFile = "auto" } },
        new("6.18", "a file of automatic weights with another name", "[exp]") { Files = files => files with { AutoWeightFile = "__auto_type" } },
    ];

    private static readonly KernelFeature[] Dax =
    [
        new("5.10-", "regions of the dax bus", "[src]") { Rules = rules => rules with { HasDax = true } },
        new("6.3-", "driver kmem for memory that is kept for a purpose", "[src]")
        {
            Rules = rules => rules with { KmemTakesReservedMemory = true },
        },
        new("6.7-", "memory tiers of dax devices that follow the access classes", "[src]")
        {
            Files = files => files with { DaxTiersFollowPerformance = true },
        },
        new("6.8-", "memmap_on_memory of dax devices", "[src]") { Files = files => files with { HasDaxMemmapOnMemory = true } },
        new("6.9-", "a mapping of dax devices that is ignored if its size is wrong", "[src]")
        {
            Rules = rules => rules with { AcceptsUnalignedDaxMapping = true },
        },
        new("6.18-", "another major number of dax devices", "[exp]") { Files = files => files with { DaxMajor = 251 } },
        new("7.2-", "regions of the dax bus below hmem_platform", "[exp]") { Files = files => files with { HasHmemParent = true } },
        new("7.3-", "the state of the memory of dax devices", "[exp]") { Rules = rules => rules with { HasDaxState = true } },
    ];

    private static readonly KernelFeature[] EventsAndErrors =
    [
        new("3.8-4.3", "uevents of the DIMM's ACPI device", "3.8-mny-c-eject") { Files = files => files with { SendsFirmwareDeviceEvents = true } },
        new("4.19-", "a uevent file that refuses unknown words", "4.19-g-uevents") { Files = files => files with { RefusesUnknownUevents = true } },
        new("6.12-", "a uevent of the container after a plug", "6.12-g-uevents") { Files = files => files with { SendsContainerEvents = true } },
        new("6.18-", "the uevent of a node before those of its blocks", "7.2-g-uevents-node")
        {
            Rules = rules => rules with { AnnouncesNodesFirst = true },
        },
        new("4.14-4.18", "injected errors of which only the number at the beginning counts", "4.14-e-notifier")
        {
            Files = files => files with { InjectedErrors = ErrorNumbers.Leading },
        },
        new("4.19-5.3", "unsigned injected errors", "4.19-e-notifier") { Files = files => files with { InjectedErrors = ErrorNumbers.Unsigned } },
        new("4.4-4.8", "fsync that fails", "4.4-mny-b-grammar-state") { Files = files => files with { RefusesSync = true } },
        new("7.1-", "no links to a removed file", "7.2-c-unplug-paths") { Files = files => files with { RemovedObjectsHaveNoLinks = true } },
        new("4.9-5.14", "hard_offline_page that takes a page twice", "4.19-b-poison, 5.10-b-poison")
        {
            Rules = rules => rules with { RetiresPagesAgain = true },
        },
        new("4.19-5.9", "soft_offline_page that refuses a retired page", "4.19-b-poison")
        {
            Rules = rules => rules with { RetiredPagesAreBusy = true },
        },
        new("4.13-6.5", "retired pages that are new after an offline", "6.1-b-poison, 5.10-b-poison")
        {
            Rules = rules => rules with { ForgetsPoisonedPages = true },
        },
        new("6.6-", "no online of a block with a retired page", "6.12-b-poison") { Rules = rules => rules with { RefusesPoisonedBlocks = true } },
        new("6.12-", "a retired page that is no free page", "6.12-b-poison") { Rules = rules => rules with { TakesPoisonedFreePages = true } },
        new("6.19-", "standby memory of s390x that is configured before it is a block", "[src]")
        {
            Architectures = ["s390x"],
            Rules = rules => rules with { ConfiguresStandby = true },
        },
        new("6.19-", "EBUSY of hard_offline_page where no memory is", "7.2-b-poison") { Rules = rules => rules with { AbsentPagesAreBusy = true } },
    ];

    private static readonly KernelFeature[] MemoryInUse =
    [
        new("3.8-5.9", "the newest block used first", "[exp]") { Pages = pages => pages with { NewestBlockFirst = true } },
        new("3.8-5.7", "pages kept back by the first zone", "[exp]") { Pages = pages => pages with { ProtectsFromFirstZone = true } },
        new("3.8-4.5", "marks that are quarters of min", "[exp]") { Pages = pages => pages with { MarksAreQuarters = true } },
        new("3.8-4.3", "marks of present pages", "[exp]") { Pages = pages => pages with { MarksCountPresentPages = true } },
        new("4.4-4.13,4.19-", "5 % of kernel memory kept free", "[exp]") { Pages = pages => pages with { FivePercentKept = true } },
        new("4.14-4.18", "5 % of kernel memory kept free until the first change", "[exp]")
        {
            Pages = pages => pages with { MarksForgetFivePercent = true },
        },
        new("3.8-4.3", "a min_free_kbytes that does not last", "[exp]") { Pages = pages => pages with { ForgetsUserMinFree = true } },
        new("5.10-", "a write to `min_free_kbytes` waits during an offline", "[exp]")
        {
            Pages = pages => pages with { MinFreeWaitsForHotplug = true },
        },
        new("5.10-", "no protection of empty zones", "[exp]") { Pages = pages => pages with { EmptyZonesKeepNothing = true } },
        new("6.12-", "a capped mark of zone Movable", "[exp]") { Pages = pages => pages with { MovableMarkIsCapped = true } },
        new("3.8-4.8", "pages that move to kernel zones", "[exp]") { Pages = pages => pages with { MovesToKernelZones = true } },
        new("3.8-4.13", "programs killed for an offline", "[exp]") { Pages = pages => pages with { KillsForRoom = true } },
        new("3.8-4.18", "an offline that gives up", "[exp]") { Pages = pages => pages with { OfflineGivesUp = true, MovesInPortions = true } },
        new("3.8-4.3", "huge pages that keep their block and avoid Movable", "[exp]")
        {
            Pages = pages => pages with { HugePagesKeepBlocks = true, HugePagesAvoidMovable = true },
        },
        new("3.8-3.15", "huge pages of 1 GiB at boot only", "[src]") { Pages = pages => pages with { GiganticPagesAtBootOnly = true } },
        new("3.16-4.13", "huge pages of 1 GiB from the lowest zone on", "[src]")
        {
            Pages = pages => pages with { GiganticPagesFromLowestZone = true },
        },
        new("4.20-5.0", "huge pages of 1 GiB that keep their blocks", "[src]")
        {
            Pages = pages => pages with { GiganticPages = GiganticPageRule.KeepBlocks },
        },
        new("5.2-5.18,6.12-", "huge pages of 1 GiB that move", "[exp]") { Pages = pages => pages with { GiganticPages = GiganticPageRule.Move } },
        new("5.19-6.11", "huge pages of 1 GiB that leave their last block only", "[exp]")
        {
            Pages = pages => pages with { GiganticPages = GiganticPageRule.KeepAllButLast },
        },
        new("6.12-", "the oldest huge page used first", "[exp]") { Pages = pages => pages with { OldestHugePageFirst = true } },
        new("4.4-4.18", "huge pages that move to free ones only", "[exp]") { Pages = pages => pages with { HugePagesNeedFreeOnes = true } },
        new("3.8-4.13", "transparent huge pages that are divided when they move", "[exp]")
        {
            Pages = pages => pages with { SplitsTransparentHugePages = true },
        },
        new("5.9-6.11", "anonymous pages that begin inactive", "[exp]") { Files = files => files with { AnonStartsInactive = true } },
        new("6.12-", "shared memory that begins active", "[exp]") { Files = files => files with { ShmemStartsActive = true } },
        new("3.8-4.3", "VmallocChunk in meminfo", "[exp]") { Files = files => files with { ShowsVmallocChunk = true } },
        new("4.9-", "dirty limits in parts of 4096", "[exp]") { Files = files => files with { CountsDirtyLimitsIn4096ths = true } },
        new("3.8-4.3", "the pageblock type Reserve", "[exp]")
        {
            Files = files => files with { PageblockTypes = ["Unmovable", "Reclaimable", "Movable", "Reserve", "Isolate"] },
        },
        new("7.2-", "the pageblock type CMA", "[exp]")
        {
            Files = files => files with { PageblockTypes = ["Unmovable", "Movable", "Reclaimable", "HighAtomic", "CMA", "Isolate"] },
        },
        new("4.8-", "counters of nodes in zoneinfo", "[exp]") { Zoneinfo = zoneinfo => zoneinfo with { HasNodeStatistics = true } },
        new("4.14-", "empty zones in zoneinfo", "[exp]") { Zoneinfo = zoneinfo => zoneinfo with { ListsEmptyZones = true } },
        new("5.10-", "cma and zone Device in zoneinfo", "[exp]") { Zoneinfo = zoneinfo => zoneinfo with { HasCma = true, HasDeviceZone = true } },
        new("3.8-4.3", "CPU lists of boot nodes only", "[exp]")
        {
            Zoneinfo = zoneinfo => zoneinfo with { Pagesets = PagesetRule.SixBatchesOfBootNodes },
        },
        new("5.10-6.11", "CPU lists that share the mark low", "[exp]") { Zoneinfo = zoneinfo => zoneinfo with { Pagesets = PagesetRule.ShareOfLow } },
        new("6.16-", "high_min and high_max in zoneinfo", "[exp]") { Zoneinfo = zoneinfo => zoneinfo with { HasHighLimits = true } },
        new("6.12-", "CPU lists that the kernel tunes", "[exp]") { Zoneinfo = zoneinfo => zoneinfo with { Pagesets = PagesetRule.Tuned } },
    ];

    /// <summary>All features. A later one of a release replaces what an earlier one set.</summary>
    public static KernelFeature[] All { get; } =
        [
            .. Zones, .. Requests, .. Hotplug, .. Addresses, .. Nodes, .. Cpus, .. CpuControls, .. Tiers, .. Dax, .. EventsAndErrors, .. MemoryInUse,
        ];
}
