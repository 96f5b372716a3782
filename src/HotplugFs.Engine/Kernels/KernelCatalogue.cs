using HotplugFs.Engine.Policies;

namespace HotplugFs.Engine.Kernels;

/// <summary>The kernels that can be simulated; the only place where a version is written.</summary>
public static class KernelCatalogue
{
    private static readonly KernelProfile[] Profiles =
    [
        new()
        {
            Name = "3.8",
            Description = "the 2012 patch set itself: EPERM, prefixes of words, no valid_zones",
            Zones = new PatchSetPolicy(),
            Figures = FigureNames.Linux4_4,
            HugepagesNeedMemory = true,
            StateTakesPrefixes = true,
            HasOnlineFile = false,
            HasAutoOnlineBlocks = false,
            HasProbe = true,
            HasValidZones = false,
            AutoOnlineLeavesDeviceFlag = false,
            HasCpuKnowsBootCpus = false,
        },
        new()
        {
            Name = "4.4",
            Description = "the rules of the 2012 patch set; a repeated request is a short write",
            Zones = new RangeMovePolicy(),
            Figures = FigureNames.Linux4_4,
            HugepagesNeedMemory = true,
            HasAutoOnlineBlocks = false,
            HasProbe = true,
            HasValidZones = true,
            AutoOnlineLeavesDeviceFlag = false,
            RefusesSync = true,
            AlreadyIsShortWrite = true,
            HasCpuKnowsBootCpus = false,
        },
        new()
        {
            Name = "4.9",
            Description = "the rules of the 2012 patch set with valid_zones",
            Zones = new ZoneCanShiftPolicy(),
            Figures = FigureNames.Linux4_9,
            HugepagesNeedMemory = true,
            HasAutoOnlineBlocks = true,
            HasProbe = true,
            HasValidZones = true,
            AutoOnlineLeavesDeviceFlag = true,
        },
        Modern("6.1", "the zone is chosen when a block is onlined", FigureNames.Linux6_1),
        Modern("6.12", "today's rules", FigureNames.Linux6_12) with
        {
            HasCrashHotplug = true,
            PlugEndsWithContainerEvent = true,
            HasMemoryFailureStatistics = true,
            PoisonKeepsOffline = true,
        },
    ];

    private static KernelProfile Modern(string name, string description, FigureNames figures) => new()
    {
        Figures = figures,
        CpuMasksAreBinary = true,
        CpuMapOmitsLastByte = true,
        HasArchNodeDirectory = true,
        Name = name,
        Description = description,
        Zones = new OnlineTimePolicy(),
        HasAutoOnlineBlocks = true,
        AutoOnlineTakesZones = true,
        HasMovableOnlyNodes = true,
        HasOnlinePolicy = true,
        HasGenericInitiator = true,
        UeventIsStrict = true,
        RemovableIsAlwaysOne = true,
        BoolKnowsTrueAndFalse = true,
        HasProbe = false,
        HasValidZones = true,
        AutoOnlineLeavesDeviceFlag = false,
    };

    /// <summary>All profiles, oldest first.</summary>
    public static IReadOnlyList<KernelProfile> All => Profiles;

    /// <summary>The profile of a machine whose description names none.</summary>
    public static KernelProfile Default => Find("4.9")!;

    /// <summary>The name by which the last of them is asked for, whichever that is.</summary>
    public const string Newest = "newest";

    /// <summary>Finds a profile.</summary>
    /// <param name="name">Its name, or <see cref="Newest"/>.</param>
    /// <returns>The profile, or null if there is none of that name.</returns>
    public static KernelProfile? Find(string name) =>
        name == Newest ? Profiles[^1] : Array.Find(Profiles, profile => profile.Name == name);
}
