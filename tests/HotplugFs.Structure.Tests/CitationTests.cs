using System.Text.RegularExpressions;

namespace HotplugFs.Structure.Tests;

/// <summary>What comments, scripts and documents cite is in the repository: documents, sections of docs/kernels.md, recordings.</summary>
public sealed partial class CitationTests
{
    private static readonly string[] Extensions = [".cs", ".sh", ".bats", ".md", ".csproj", ".props"];

    /// <summary>A document of systemd, the table that the benchmark writes, and copies for the tests of the program.</summary>
    private static readonly string[] Elsewhere = ["docs/ENVIRONMENT.md", "table.md", "documents/docs/run.md", "documents/docker/README.md"];

    [GeneratedRegex(@"(?:\$\w+/|\.\./)*(?<name>[\w./-]*\w\.md)\b")]
    private static partial Regex Document { get; }

    /// <summary>A citation of one or more sections: <c>docs/kernels.md, "Offlining", "Adding memory"</c>.</summary>
    [GeneratedRegex(@"docs/kernels\.md(?:(?:,|,? and) ""(?<name>[^""]+)"")+")]
    private static partial Regex Sections { get; }

    /// <summary>A recording of a kernel whose recordings are in the repository; not a pattern for several of them.</summary>
    [GeneratedRegex(@"(?<![\w-])(?<name>(?:4\.[49]-mn[ny]|6\.12?)-[a-hx]-(?>[\w-]+))(?![*{$])")]
    private static partial Regex Recording { get; }

    /// <summary>The end of a line, and the comment mark that begins the next one.</summary>
    [GeneratedRegex(@"\s*\n\s*(?:///?|#)?\s*")]
    private static partial Regex LineBreak { get; }

    [GeneratedRegex(@"^## (?<name>.+?)\s*$", RegexOptions.Multiline)]
    private static partial Regex Heading { get; }

    private static IEnumerable<string> Citing() => Repository.Files().Where(path => Extensions.Contains(Path.GetExtension(path)));

    private static IEnumerable<string> Names(Regex pattern, string text) =>
        pattern.Matches(text).SelectMany(match => match.Groups["name"].Captures).Select(capture => capture.Value);

    private static void AssertAllExist(Regex pattern, Func<string, bool> exists) => Assert.That(
        from path in Citing()
        from name in Names(pattern, LineBreak.Replace(File.ReadAllText(path), " ")).Distinct()
        where !exists(name)
        select $"{Repository.Relative(path)}: {name}",
        Is.Empty);

    [Test]
    public void Documents_Exist()
    {
        var documents = Repository.Files().Select(path => "/" + Repository.Relative(path))
            .Where(path => path.EndsWith(".md", StringComparison.Ordinal));
        string[] known = [.. documents, .. Elsewhere.Select(name => "/" + name)];
        AssertAllExist(Document, name => known.Any(path => path.EndsWith("/" + name, StringComparison.Ordinal)));
    }

    [Test]
    public void Sections_Exist()
    {
        var headings = Names(Heading, File.ReadAllText(Path.Combine(Repository.Root, "docs", "kernels.md"))).ToHashSet();
        AssertAllExist(Sections, headings.Contains);
    }

    [Test]
    public void Recordings_Exist()
    {
        var recordings = Directory.GetFiles(Path.Combine(Repository.Root, "tests", "recordings"), "*.jsonl.gz")
            .Select(path => Path.GetFileName(path).Replace(".jsonl.gz", "", StringComparison.Ordinal)).ToHashSet();
        AssertAllExist(Recording, recordings.Contains);
    }
}
