using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using HotplugFs.Engine.Memory;
using HotplugFs.Engine.Policies;
using HotplugFs.Sysfs.Profiles;

namespace HotplugFs.Kernels;

/// <summary>
/// The kernels that can be simulated: every release since <see cref="Oldest"/>, by its version, by <see cref="Newest"/>, or by the name of a
/// distribution that has it. Versions are written in this project only.
/// </summary>
public static partial class KernelCatalogue
{
    /// <summary>The name that selects the newest recorded kernel.</summary>
    public const string Newest = "newest";

    /// <summary>The first release in which a zone can be chosen.</summary>
    public const string Oldest = "3.8";

    /// <summary>Two numbers, also with what follows them in a release that uname(2) returns.</summary>
    [GeneratedRegex(@"^([1-9][0-9]{0,3})\.(0|[1-9][0-9]{0,3})(\.[0-9].*)?\z")]
    private static partial Regex Release { get; }

    /// <summary>The recorded kernels, oldest first, with the releases that were recorded and what is new in them.</summary>
    private static readonly (string Name, string Release, string New)[] Recordings =
    [
        (Oldest, "3.8.13", "the 2012 patch set; a block changes its zone where two zones meet, and a refusal is EPERM"),
        ("4.4", "4.4.178", "whole words in state, the files online and valid_zones, a short count for a repeated request"),
        ("4.9", "4.9.337", "the boundary rule for DMA32, auto_online_blocks"),
        ("4.14", "4.14.67", "the zone is chosen when a block is onlined; a zone keeps the span of blocks that went offline"),
        ("4.19", "4.19.255", "spans shrink at offline, strict uevent"),
        ("5.10", "5.10.262", "zones in auto_online_blocks, virtio-mem, removable always 1, no offline of a block with a hole"),
        ("5.15", "5.15.135", "auto-movable and the parameters of memory_hotplug, memmap_on_memory"),
        ("6.1", "6.1.192", "truth values true and false, hugepages in nodes without memory"),
        ("6.12", "6.12.117", "crash_hotplug, no online of a block with a retired page, memmap_on_memory for each block"),
        ("6.18", "6.18.15", "has_normal_memory does not follow online and offline, truth values enable and disable, reclaim of a node"),
        ("7.2", "7.2.13", "has_normal_memory follows again, more lines in meminfo, vmstat and zoneinfo"),
    ];

    private static readonly Version[] Recorded = [.. Recordings.Select(each => Version.Parse(each.Name))];

    /// <summary>The last minor version of each major one that is not the newest.</summary>
    private static readonly Dictionary<int, int> LastMinor = new() { [3] = 19, [4] = 20, [5] = 19, [6] = 19 };

    /// <summary>Releases of which there are inventories and the requests of <c>hotplugfs record</c> only.</summary>
    private static readonly Version[] RecordedInPart = [new(6, 16), new(6, 17), new(6, 19), new(7, 0), new(7, 1), new(7, 3)];

    /// <summary>The kernels that were asked for. Composing one takes a notable part of the program's start.</summary>
    private static readonly ConcurrentDictionary<(Version Release, string Architecture), Kernel> Composed = [];

    /// <summary>The recorded kernels, oldest first.</summary>
    public static IReadOnlyList<Kernel> All => [.. Recorded.Select(release => Make(release))];

    /// <summary>The distributions, by name.</summary>
    public static IReadOnlyList<Distribution> Distributions { get; } =
    [
        new("amzn2", "4.14"), new("debian10", "4.19"), new("debian11", "5.10"), new("debian12", "6.1"), new("debian13", "6.12"),
        new("rhel7", "3.10", HasBackports: true), new("rhel8", "4.18", HasBackports: true), new("rhel9", "5.14", HasBackports: true),
        new("rhel10", "6.12", HasBackports: true), new("sles15", "4.12", HasBackports: true), new("ubuntu18.04", "4.15"),
        new("ubuntu20.04", "5.4"), new("ubuntu22.04", "5.15"), new("ubuntu24.04", "6.8"),
    ];

    /// <summary>The kernel of a machine whose description names none.</summary>
    public static Kernel Default => Get("4.9");

    /// <summary>
    /// The recorded kernels and, up to the newest of them, the versions at which something changed, oldest first; then the distributions.
    /// </summary>
    public static IEnumerable<Kernel> Listed =>
    [
        All[0],
        .. Releases().Zip(Releases().Skip(1)).Where(pair => IsListed(pair.Second, pair.First)).Select(pair => Make(pair.Second)),
        .. Distributions.Select(each => Get(each.Name)),
    ];

    /// <summary>The names that are completed: recorded versions, the newest, and distributions.</summary>
    public static IEnumerable<string> Names => [.. Recordings.Select(each => each.Name), Newest, .. Distributions.Select(each => each.Name)];

    /// <summary>
    /// Finds a kernel: by its version, of which two numbers count (<c>5.4</c>, <c>5.4.286</c>, <c>5.15.0-91-generic</c>), by
    /// <see cref="Newest"/>, or by a distribution.
    /// </summary>
    /// <param name="architecture">The architecture that it runs on; null for x86_64.</param>
    /// <returns>The kernel, or null if the name is unknown or the version older than <see cref="Oldest"/>.</returns>
    public static Kernel? Find(string name, Architecture? architecture = null)
    {
        if (name == Newest)
            return Make(Recorded[^1], architecture);
        var distribution = Distributions.FirstOrDefault(each => each.Name == name);
        if (ParseRelease(distribution?.Kernel ?? name) is not { } release || release < Recorded[0])
            return null;
        var kernel = Make(release, architecture);
        return distribution is null ? kernel : kernel with { Distribution = distribution.Name, Note = distribution.Describe(kernel) };
    }

    /// <summary>Returns the message for an unknown name.</summary>
    public static string Unknown(string name)
    {
        var why = ParseRelease(name) is null ? "" : $"; before {Oldest}, no zone could be chosen";
        var names = string.Join(", ", Distributions.Select(each => each.Name).Prepend(Newest));
        return $"unknown kernel \"{name}\"{why} (known: every version from {Oldest} on, {names})";
    }

    /// <summary>Returns a kernel that exists.</summary>
    /// <inheritdoc cref="Find"/>
    /// <exception cref="ArgumentException">The name is unknown.</exception>
    public static Kernel Get(string name, Architecture? architecture = null) =>
        Find(name, architecture) ?? throw new ArgumentException(Unknown(name));

    /// <summary>Returns what was recorded of a version, and what is new in it; null if it was not recorded.</summary>
    public static string? Recording(string version) => Recordings.FirstOrDefault(each => each.Name == version) is { Name: not null } found
        ? $"recorded ({found.Release}): {found.New}"
        : null;

    /// <summary>Returns the features that a release has, as <c>with</c> and <c>without</c> name them.</summary>
    public static IEnumerable<(string What, string Releases, string Source)> Features(string version) =>
        FeatureCatalogue.All.Where(each => each.IsIn(Version.Parse(version), Architecture.X86_64)).
            Select(each => (each.What, each.Releases, each.Source));

    private static IEnumerable<Version> Releases()
    {
        for (var release = Recorded[0]; release <= Recorded[^1]; release = Next(release))
            yield return release;
    }

    private static Version Next(Version release) => LastMinor.TryGetValue(release.Major, out var last) && release.Minor == last
        ? new Version(release.Major + 1, 0)
        : new Version(release.Major, release.Minor + 1);

    /// <summary>True for a version that was recorded or differs from the one before.</summary>
    private static bool IsListed(Version release, Version previous) => Array.Exists(Recorded, each => each == release)
        || FeatureCatalogue.All.Any(feature => feature.IsIn(release, Architecture.X86_64) != feature.IsIn(previous, Architecture.X86_64));

    private static Kernel Make(Version release, Architecture? architecture = null)
    {
        var on = architecture ?? Architecture.X86_64;
        return Composed.GetOrAdd((release, on.Name), _ => Compose(release, on));
    }

    private static Kernel Compose(Version release, Architecture architecture)
    {
        var bare = new Kernel(
            new KernelRules { Name = release.ToString(), Zones = new PatchSetPolicy() },
            new SysfsProfile { Statistics = new(() => StatisticsCatalogue.Names(release)), Zoneinfo = StatisticsCatalogue.Zoneinfo(release) },
            Note: Array.Exists(Recorded, each => each == release) ? null : Describe(release));
        return FeatureCatalogue.All.Where(feature => feature.IsIn(release, architecture)).Aggregate(bare, (kernel, feature) => feature.AddTo(kernel));
    }

    /// <summary>States which recorded release another one is like, and what is different.</summary>
    private static string Describe(Version release)
    {
        var like = Recorded.Last(each => each < release);
        var differences = Difference("with", release, like) + Difference("without", like, release);
        var source = RecordedInPart.Contains(release) ? "recorded in part"
            // Of a release that is newer than all of these nothing could be read.
            : differences.Length > 0 && release < RecordedInPart[^1] ? "read in its source, not recorded"
            : "not recorded";
        return $"{release}: as {like}{differences}; {source}";
    }

    private static string Difference(string word, Version release, Version other)
    {
        string[] features =
            [.. FeatureCatalogue.All.Where(feature => feature.IsNoted
                && feature.IsIn(release, Architecture.X86_64) && !feature.IsIn(other, Architecture.X86_64)).
                Select(feature => feature.What)];
        return features.Length switch
        {
            0 => "",
            1 => $", {word} {features[0]}",
            _ => $", {word} {string.Join(", ", features[..^1])} and {features[^1]}",
        };
    }

    private static Version? ParseRelease(string text) => Release.Match(text) is { Success: true } match
        ? new Version($"{match.Groups[1]}.{match.Groups[2]}")
        : null;
}
