using ArchUnitNET.Domain;
using ArchUnitNET.Loader;
using Assembly = System.Reflection.Assembly;

namespace HotplugFs.Structure.Tests;

/// <summary>
/// The folders of a project depend on each other in one direction. A namespace is a folder (IDE0130), so the compiled types show it.
/// </summary>
public sealed class FolderTests
{
    private static readonly Architecture Product =
        new ArchLoader().LoadAssemblies([.. Repository.Projects().Select(project => Assembly.Load(Repository.AssemblyOf(project)))]).Build();

    private static IEnumerable<string> Projects() => Repository.Projects();

    [TestCaseSource(nameof(Projects))]
    public void Folders_OfAProject_FormNoCircle(string project)
    {
        var edges = (
            from type in Product.Types
            where IsIn(type, project)
            from dependency in type.Dependencies
            where IsIn(dependency.Target, project) && NamespaceOf(type) != NamespaceOf(dependency.Target)
            select (From: NamespaceOf(type), To: NamespaceOf(dependency.Target), Uses: $"{type.FullName} uses {dependency.Target.FullName}"))
            .ToLookup(edge => edge.From);
        var onACircle = edges
            .SelectMany(from => from)
            .Where(edge => Reaches(edges, edge.To, edge.From))
            .Select(edge => edge.Uses)
            .Distinct()
            .Order(StringComparer.Ordinal);
        Assert.That(onACircle, Is.Empty);
    }

    private static bool IsIn(IType type, string project) =>
        NamespaceOf(type) == project || NamespaceOf(type).StartsWith(project + ".", StringComparison.Ordinal);

    private static string NamespaceOf(IType type) => type.Namespace?.FullName ?? "";

    private static bool Reaches(ILookup<string, (string From, string To, string Uses)> edges, string from, string to)
    {
        var seen = new HashSet<string>();
        var open = new Stack<string>([from]);
        while (open.TryPop(out var current))
        {
            if (current == to)
                return true;
            if (seen.Add(current))
                foreach (var edge in edges[current])
                    open.Push(edge.To);
        }
        return false;
    }
}
