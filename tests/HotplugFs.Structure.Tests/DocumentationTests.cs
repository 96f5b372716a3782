using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace HotplugFs.Structure.Tests;

/// <summary>The summary of a member adds something to its name: a meaning, a unit, a source.</summary>
public sealed partial class DocumentationTests
{
    /// <summary>Words that add nothing to a name: "Its name.", "Makes one.", "All of them.".</summary>
    private static readonly HashSet<string> EmptyWords =
    [
        "its", "the", "a", "an", "of", "for", "this", "that", "all", "them", "one", "it", "makes", "creates", "returns", "gets", "sets", "is",
    ];

    [GeneratedRegex("[A-Za-z0-9_]+")]
    private static partial Regex Word { get; }

    private static IEnumerable<string> Projects() => Repository.Projects();

    [TestCaseSource(nameof(Projects))]
    public void Summaries_AddToTheName(string project) =>
        Assert.That(
            from member in XDocument.Load(Path.Combine(AppContext.BaseDirectory, Repository.AssemblyOf(project) + ".xml")).Descendants("member")
            from summary in member.Elements("summary")
            let name = member.Attribute("name")!.Value.Split('(')[0]
            where RepeatsName(summary, string.Join('.', name.Split('.', ':').TakeLast(2)))
            select $"{name}: {summary.Value.Trim()}",
            Is.Empty);

    private static bool RepeatsName(XElement summary, string name) =>
        !summary.Elements().Any()
        && Word.Matches(summary.Value).Select(word => word.Value.ToLowerInvariant()).Where(word => !EmptyWords.Contains(word))
            .All(word => name.Contains(word.TrimEnd('s'), StringComparison.OrdinalIgnoreCase));
}
