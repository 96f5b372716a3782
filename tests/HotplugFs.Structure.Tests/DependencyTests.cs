using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace HotplugFs.Structure.Tests;

/// <summary>Which project may know which: the picture in ARCHITECTURE.md, enforced.</summary>
public sealed partial class DependencyTests
{
    /// <summary>The version of a kernel, as a string of code.</summary>
    [GeneratedRegex(@"^[^/]*""[3-9]\.[0-9]+(-\w+)?""")]
    private static partial Regex Version { get; }

    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["HotplugFs.Abi"] = [],
        ["HotplugFs.Engine"] = ["HotplugFs.Abi"],
        ["HotplugFs.Kernfs"] = ["HotplugFs.Abi"],
        ["HotplugFs.Sysfs"] = ["HotplugFs.Engine", "HotplugFs.Kernfs"],
        ["HotplugFs.Linux"] = ["HotplugFs.Abi"],
        ["HotplugFs.Fuse"] = ["HotplugFs.Abi", "HotplugFs.Kernfs", "HotplugFs.Linux"],
        ["HotplugFs.Kernels"] = ["HotplugFs.Engine", "HotplugFs.Sysfs"],
        ["HotplugFs.Machines"] = ["HotplugFs.Kernels"],
        ["HotplugFs.Testing"] = ["HotplugFs.Machines", "HotplugFs.Sysfs"],
        ["HotplugFs.Replay"] = ["HotplugFs.Linux", "HotplugFs.Machines", "HotplugFs.Sysfs"],
        ["HotplugFs.Cli"] = ["HotplugFs.Fuse", "HotplugFs.Linux", "HotplugFs.Machines", "HotplugFs.Replay", "HotplugFs.Sysfs"],
    };

    private static readonly string[] WithoutPackages =
        ["HotplugFs.Abi", "HotplugFs.Engine", "HotplugFs.Kernfs", "HotplugFs.Sysfs", "HotplugFs.Linux", "HotplugFs.Fuse"];

    private static IEnumerable<string> Projects() => Repository.Projects();

    private static string[] References(string project, string kind) =>
        [.. XDocument.Load(Path.Combine(Repository.Root, "src", project, project + ".csproj")).Descendants(kind)
            .Select(item => Path.GetFileNameWithoutExtension((string)item.Attribute("Include")!))];

    [Test]
    public void Projects_AreThoseOfTheTable() => Assert.That(Projects(), Is.EquivalentTo(Allowed.Keys));

    [TestCaseSource(nameof(Projects))]
    public void ProjectReferences_GoOnlyWhereTheTableSays(string project) =>
        Assert.That(References(project, "ProjectReference"), Is.SubsetOf(Allowed[project]));

    [TestCaseSource(nameof(WithoutPackages))]
    public void PackageReferences_OfTheInnerProjects_AreNone(string project) =>
        Assert.That(References(project, "PackageReference"), Is.Empty);

    [Test]
    public void UnsafeCode_IsAllowedInLinuxOnly() =>
        Assert.That(
            from path in Repository.Files()
            where Path.GetExtension(path) is ".csproj" or ".props" && File.ReadAllText(path).Contains("AllowUnsafeBlocks", StringComparison.Ordinal)
            select Repository.Relative(path),
            Is.EqualTo(new[] { "src/HotplugFs.Linux/HotplugFs.Linux.csproj" }));

    [Test]
    public void Versions_AreWrittenInOneProjectOnly() =>
        Assert.That(
            from path in Repository.Sources()
            where path.Contains("/src/", StringComparison.Ordinal) && !path.Contains("/HotplugFs.Kernels/", StringComparison.Ordinal)
            from line in File.ReadLines(path)
            where Version.IsMatch(line)
            select $"{Repository.Relative(path)}: {line.Trim()}",
            Is.Empty);
}
