using System.Text.RegularExpressions;
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

    private static readonly string[] RecordedNames = [Oldest, "4.4", "4.9", "4.14", "4.19", "5.10", "5.15", "6.1", "6.12", "6.18", "7.2"];

    private static readonly Version[] Recorded = [.. RecordedNames.Select(Version.Parse)];

    private static readonly Lazy<Kernel[]> Kernels = new(() => [.. Recorded.Select(Make)]);

    /// <summary>The recorded kernels, oldest first.</summary>
    public static IReadOnlyList<Kernel> All => Kernels.Value;

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

    /// <summary>The names that are completed: recorded versions, the newest, and distributions.</summary>
    public static IEnumerable<string> Names => [.. RecordedNames, Newest, .. Distributions.Select(each => each.Name)];

    /// <summary>
    /// Finds a kernel: by its version, of which two numbers count (<c>5.4</c>, <c>5.4.286</c>, <c>5.15.0-91-generic</c>), by
    /// <see cref="Newest"/>, or by a distribution.
    /// </summary>
    /// <returns>The kernel, or null if the name is unknown or the version older than <see cref="Oldest"/>.</returns>
    public static Kernel? Find(string name)
    {
        if (name == Newest)
            return All[^1];
        var distribution = Distributions.FirstOrDefault(each => each.Name == name);
        if (ParseRelease(distribution?.Kernel ?? name) is not { } release || release < Recorded[0])
            return null;
        var kernel = Make(release);
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
    /// <exception cref="ArgumentException">The name is unknown.</exception>
    public static Kernel Get(string name) => Find(name) ?? throw new ArgumentException(Unknown(name));

    /// <summary>Returns the features that a release has, as <c>with</c> and <c>without</c> name them.</summary>
    public static IEnumerable<(string What, string Releases, string Source)> Features(string version) =>
        FeatureCatalogue.All.Where(each => each.IsIn(Version.Parse(version))).Select(each => (each.What, each.Releases, each.Source));

    private static Kernel Make(Version release)
    {
        var bare = new Kernel(
            new KernelRules { Name = release.ToString(), Zones = new PatchSetPolicy() },
            new SysfsProfile { Statistics = StatisticsCatalogue.Names(release), Zoneinfo = StatisticsCatalogue.Zoneinfo(release) },
            Note: Array.Exists(Recorded, each => each == release) ? null : Describe(release));
        return FeatureCatalogue.All.Where(feature => feature.IsIn(release)).Aggregate(bare, (kernel, feature) => feature.AddTo(kernel));
    }

    /// <summary>States which recorded release another one is like, and what is different.</summary>
    private static string Describe(Version release)
    {
        var like = Recorded.Last(each => each < release);
        var differences = Difference("with", release, like) + Difference("without", like, release);
        return $"{release}: as {like}{differences}{(differences.Length > 0 ? "; read in its source, not recorded" : "; not recorded")}";
    }

    private static string Difference(string word, Version release, Version other)
    {
        string[] features =
            [.. FeatureCatalogue.All.Where(feature => feature.IsIn(release) && !feature.IsIn(other)).Select(feature => feature.What)];
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
