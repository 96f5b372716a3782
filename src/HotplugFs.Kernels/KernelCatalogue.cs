using HotplugFs.Engine.Policies;
using HotplugFs.Kernfs;
using HotplugFs.Sysfs.Profiles;

namespace HotplugFs.Kernels;

/// <summary>The kernels that can be simulated; the only place where a version is written.</summary>
public static class KernelCatalogue
{
    /// <summary>The name that selects the newest kernel.</summary>
    public const string Newest = "newest";

    /// <summary>The files of 3.8 that all kernels up to 4.9 have.</summary>
    private static readonly SysfsProfile FilesSince3_8 = new()
    {
        Statistics = StatisticsCatalogue.Linux3_8,
        Zoneinfo = StatisticsCatalogue.Zoneinfo3_8,
        HasProbe = true,
        HidesHugepagesWithoutMemory = true,
    };

    private static readonly SysfsProfile FilesSince4_4 = FilesSince3_8 with
    {
        HasFirmwareNode = true,
        Statistics = StatisticsCatalogue.Linux4_4,
        ChecksStateInTurn = true,
        HasOnlineFile = true,
        HasValidZones = true,
    };

    /// <summary>The files of 6.1. Debian builds it without CONFIG_ARCH_MEMORY_PROBE, so it has no <c>probe</c>.</summary>
    private static readonly SysfsProfile FilesSince6_1 = new()
    {
        HasFirmwareNode = true,
        Statistics = StatisticsCatalogue.Linux6_1,
        Zoneinfo = StatisticsCatalogue.Zoneinfo6_1,
        CountsDirtyLimitsIn4096ths = true,
        HasOnlineFile = true,
        HasValidZones = true,
        ReportsAlwaysRemovable = true,
        HasAutoOnlineBlocks = true,
        AutoOnlineAcceptsZones = true,
        HasOnlinePolicy = true,
        HasGenericInitiator = true,
        HasArchNodeDirectory = true,
        HasBinaryCpuMasks = true,
        RefusesUnknownUevents = true,
        TruthWords = TruthWords.TrueFalse,
    };

    private static readonly SysfsProfile FilesSince6_12 = FilesSince6_1 with
    {
        Statistics = StatisticsCatalogue.Linux6_12,
        Zoneinfo = StatisticsCatalogue.Zoneinfo6_12,
        ShmemStartsActive = true,
        HasCrashHotplug = true,
        HasMemoryFailureStatistics = true,
        SendsContainerEvents = true,
    };

    /// <summary>The files of 6.18. Those in it that concern only the statistics, and the truth words, are in 6.16, too.</summary>
    private static readonly SysfsProfile FilesSince6_18 = FilesSince6_12 with
    {
        Statistics = StatisticsCatalogue.Linux6_18,
        Zoneinfo = StatisticsCatalogue.Zoneinfo6_18,
        TruthWords = TruthWords.EnableDisable,
        HasReclaim = true,
    };

    /// <summary>The files of 4.14, which chooses zones as 6.1 does and has the files of 4.9.</summary>
    private static readonly SysfsProfile FilesSince4_14 = FilesSince4_4 with
    {
        Statistics = StatisticsCatalogue.Linux4_14,
        Zoneinfo = StatisticsCatalogue.Zoneinfo4_14,
        CountsDirtyLimitsIn4096ths = true,
        HasAutoOnlineBlocks = true,
        AnonStartsInactive = true,
    };

    private static readonly SysfsProfile FilesSince5_10 = FilesSince6_1 with
    {
        Statistics = StatisticsCatalogue.Linux5_10,
        AnonStartsInactive = true,
        HasOnlinePolicy = false,
        HasArchNodeDirectory = false,
        HasBinaryCpuMasks = false,
        HidesHugepagesWithoutMemory = true,
        TruthWords = TruthWords.YesNo,
    };

    private static readonly PageRules PagesSince3_8 = new()
    {
        NewestBlockFirst = true,
        ProtectsFromFirstZone = true,
        MarksAreQuarters = true,
        MovesToKernelZones = true,
        KillsForRoom = true,
        OfflineGivesUp = true,
        MovesInPortions = true,
    };

    private static readonly PageRules PagesSince4_9 = new()
    {
        NewestBlockFirst = true,
        ProtectsFromFirstZone = true,
        FivePercentKept = true,
        KillsForRoom = true,
        OfflineGivesUp = true,
        MovesInPortions = true,
        HugePagesNeedFreeOnes = true,
    };

    private static readonly PageRules PagesOf4_14 = new()
    {
        NewestBlockFirst = true,
        ProtectsFromFirstZone = true,
        MarksForgetFivePercent = true,
        OfflineGivesUp = true,
        MovesInPortions = true,
        HugePagesNeedFreeOnes = true,
    };

    private static readonly KernelRules RulesSince6_1 = new()
    {
        Name = "6.1",
        Pages = new PageRules { FivePercentKept = true, EmptyZonesKeepNothing = true },
        Zones = new OnlineTimePolicy(),
        RemembersRequestsWhileOnline = true,
        HasMovableOnlyNodes = true,
        CountsBootCpus = true,
        HasVirtioMem = true,
        HasMemmapOnMemory = true,
        ForgetsPoisonedPages = true,
    };

    private static readonly KernelRules RulesSince6_12 = RulesSince6_1 with
    {
        Name = "6.12",
        Pages = RulesSince6_1.Pages with { MovableMarkIsCapped = true, OldestHugePageFirst = true },
        RefusesPoisonedBlocks = true,
        TakesPoisonedFreePages = true,
        ForgetsPoisonedPages = false,
        HasMemmapOfEachBlock = true,
    };

    /// <summary>The rules of 6.1 before memory_hotplug was a module with parameters.</summary>
    private static readonly KernelRules RulesSince4_14 = RulesSince6_1 with { HasVirtioMem = false, HasMemmapOnMemory = false };

    private static readonly Kernel[] Kernels =
    [
        new(
            new KernelRules
            {
                Name = "3.8",
                Zones = new PatchSetPolicy(),
                Pages = PagesSince3_8 with
                {
                    ForgetsUserMinFree = true,
                    MarksCountPresentPages = true,
                    HugePagesKeepBlocks = true,
                    HugePagesAvoidMovable = true,
                },
                EjectKeepsBlocks = true,
                WaitersIgnoreSignals = true,
            },
            FilesSince3_8 with
            {
                Zoneinfo = StatisticsCatalogue.Zoneinfo3_8 with { Pagesets = PagesetRule.SixBatchesOfBootNodes },
                AcceptsStatePrefixes = true,
                HasEndPhysIndex = true,
                HasScanUnevictablePages = true,
                RetiringFilesAreReadable = true,
                ProbeTakesLeadingNumber = true,
                SendsFirmwareDeviceEvents = true,
                WriteMax = SysfsAttribute.PageSize - 1,
                ShowsVmallocChunk = true,
                PageblockTypes = ["Unmovable", "Reclaimable", "Movable", "Reserve", "Isolate"],
            }),
        new(
            new KernelRules
            {
                Name = "4.4",
                Zones = new RangeMovePolicy(),
                Pages = PagesSince3_8 with { FivePercentKept = true, HugePagesNeedFreeOnes = true },
                RemembersRequestsWhileOnline = true,
                ForgetsZonesOfRemovedNodes = true,
            },
            FilesSince4_4 with { RepeatedRequestIsShortWrite = true, RefusesSync = true }),
        new(
            new KernelRules
            {
                Name = "4.9",
                Zones = new ZoneCanShiftPolicy(),
                Pages = PagesSince4_9,
                RemembersRequestsWhileOnline = true,
                CountsBootCpus = true,
                AutoOnlineLeavesDeviceFlag = true,
                RetiresPagesAgain = true,
            },
            FilesSince4_4 with
            {
                Statistics = StatisticsCatalogue.Linux4_9,
                Zoneinfo = StatisticsCatalogue.Zoneinfo4_9,
                CountsDirtyLimitsIn4096ths = true,
                HasAutoOnlineBlocks = true,
            }),
        new(
            RulesSince4_14 with { Name = "4.14", Zones = new StickySpanPolicy { HolesKeepBlocks = false }, Pages = PagesOf4_14 },
            FilesSince4_14 with { InjectedErrors = ErrorNumbers.Leading }),
        new(
            RulesSince4_14 with
            {
                Name = "4.19",
                Zones = new OnlineTimePolicy { HolesKeepBlocks = false },
                Pages = new PageRules { NewestBlockFirst = true, ProtectsFromFirstZone = true, FivePercentKept = true },
                RetiresPagesAgain = true,
                RetiredPagesAreBusy = true,
            },
            FilesSince4_14 with
            {
                Zoneinfo = StatisticsCatalogue.Zoneinfo4_19,
                InjectedErrors = ErrorNumbers.Unsigned,
                RefusesUnknownUevents = true,
            }),
        new(
            RulesSince4_14 with { Name = "5.10", HasVirtioMem = true, RetiresPagesAgain = true },
            FilesSince5_10),
        new(
            RulesSince6_1 with { Name = "5.15" },
            FilesSince6_1 with
            {
                Statistics = StatisticsCatalogue.Linux5_15,
                AnonStartsInactive = true,
                HidesHugepagesWithoutMemory = true,
                HasArchNodeDirectory = false,
                TruthWords = TruthWords.YesNo,
            }),
        new(RulesSince6_1, FilesSince6_1 with { AnonStartsInactive = true }),
        new(RulesSince6_12, FilesSince6_12),
        new(RulesSince6_12 with { Name = "6.18", AnnouncesNodesFirst = true, FreezesNormalMemory = true }, FilesSince6_18),
        new(
            RulesSince6_12 with { Name = "7.2", AnnouncesNodesFirst = true, AbsentPagesAreBusy = true },
            FilesSince6_18 with
            {
                Statistics = StatisticsCatalogue.Linux7_2,
                Zoneinfo = StatisticsCatalogue.Zoneinfo7_2,
                PageblockTypes = FilesSince6_18.PageblockTypes.Insert(4, "CMA"),
                RemovedObjectsHaveNoLinks = true,
            }),
    ];

    /// <summary>Since which release each kernel is the closest one, oldest first.</summary>
    private static readonly (Version Since, string Name)[] Closest =
    [
        (new(3, 0), "3.8"), (new(3, 12), "4.4"), (new(4, 7), "4.9"), (new(4, 13), "4.14"), (new(4, 19), "4.19"), (new(5, 7), "5.10"),
        (new(5, 15), "5.15"), (new(6, 0), "6.1"), (new(6, 6), "6.12"), (new(6, 17), "6.18"), (new(7, 0), "7.2"),
    ];

    /// <summary>All kernels, oldest first.</summary>
    public static IReadOnlyList<Kernel> All => Kernels;

    /// <summary>The kernel of a machine whose description names none.</summary>
    public static Kernel Default => Get("4.9");

    /// <summary>The versions, for messages: <c>3.8, 4.4, ...</c>.</summary>
    public static string KnownNames => string.Join(", ", Kernels.Select(kernel => kernel.Name));

    /// <summary>Finds a kernel by its version or by <see cref="Newest"/>.</summary>
    /// <returns>The kernel, or null if the name is unknown.</returns>
    public static Kernel? Find(string name) => name == Newest ? Kernels[^1] : Array.Find(Kernels, kernel => kernel.Name == name);

    /// <summary>Finds the kernel that is closest to a release.</summary>
    /// <returns>The kernel, or null if the release is older than all: there, no zone could be chosen.</returns>
    public static Kernel? FindClosest(Version release) =>
        Closest.LastOrDefault(row => release >= row.Since).Name is { } name ? Find(name) : null;

    /// <summary>Returns the message for an unknown name.</summary>
    public static string Unknown(string name)
    {
        var closest = Version.TryParse(name, out var release) && FindClosest(release) is { } kernel ? $"; the closest is {kernel.Name}" : "";
        return $"unknown kernel \"{name}\"{closest} (known: {KnownNames}, {Newest})";
    }

    /// <summary>Returns a kernel that exists.</summary>
    /// <exception cref="ArgumentException">The name is unknown.</exception>
    public static Kernel Get(string name) => Find(name) ?? throw new ArgumentException(Unknown(name));
}
