using System.Xml.Linq;

namespace HotplugFs.Structure.Tests;

/// <summary>Which project may know which: the picture in ARCHITECTURE.md, enforced.</summary>
public sealed class DependencyTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["HotplugFs.Abi"] = [],
        ["HotplugFs.Engine"] = ["HotplugFs.Abi"],
        ["HotplugFs.Kernfs"] = ["HotplugFs.Abi"],
        ["HotplugFs.Sysfs"] = ["HotplugFs.Engine", "HotplugFs.Kernfs"],
        ["HotplugFs.Fuse"] = ["HotplugFs.Abi", "HotplugFs.Kernfs"],
        ["HotplugFs.Machines"] = ["HotplugFs.Engine"],
        ["HotplugFs.Replay"] = ["HotplugFs.Machines", "HotplugFs.Sysfs"],
        ["HotplugFs.Cli"] = ["HotplugFs.Fuse", "HotplugFs.Machines", "HotplugFs.Replay", "HotplugFs.Sysfs"],
    };

    private static readonly string[] WithoutPackages = ["HotplugFs.Abi", "HotplugFs.Engine", "HotplugFs.Kernfs", "HotplugFs.Sysfs", "HotplugFs.Fuse"];

    private static IEnumerable<string> Projects() =>
        Directory.GetDirectories(Path.Combine(Repository.Root, "src")).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal);

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
    public void Engine_DoesNoIoAndHasNoThreadsAndNoClock()
    {
        string[] forbidden = ["System.IO", "System.Threading", "DateTime", "Stopwatch", "Random", "Console.", "Environment.", "File.", "Task"];
        var found =
            from path in Directory.EnumerateFiles(Path.Combine(Repository.Root, "src/HotplugFs.Engine"), "*.cs", SearchOption.AllDirectories)
            from line in File.ReadLines(path)
            where !line.TrimStart().StartsWith("//", StringComparison.Ordinal)
            from word in forbidden
            where line.Contains(word, StringComparison.Ordinal)
            select $"{Repository.Relative(path)}: {line.Trim()}";
        Assert.That(found, Is.Empty);
    }

    [Test]
    public void Versions_AreComparedNowhere()
    {
        var found =
            from path in Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories)
            where !path.EndsWith("KernelCatalogue.cs", StringComparison.Ordinal) && !path.Contains("HotplugFs.Machines", StringComparison.Ordinal)
            from line in File.ReadLines(path)
            where line.Contains("Profile.Name ==", StringComparison.Ordinal) || line.Contains("Profile.Name is", StringComparison.Ordinal)
            select $"{Repository.Relative(path)}: {line.Trim()}";
        Assert.That(found, Is.Empty);
    }
}
