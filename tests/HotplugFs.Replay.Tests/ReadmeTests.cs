using System.Text.RegularExpressions;
using HotplugFs.Kernels;
using HotplugFs.Replay.Mounted;
using HotplugFs.Replay.Recordings;

namespace HotplugFs.Replay.Tests;

/// <summary>The table of FUSE differences in docs/limits.md is the table that replaying through a mount uses.</summary>
public sealed partial class ReadmeTests
{
    private const string Heading = "| call | sysfs | here | why |";

    [GeneratedRegex("^\\| .* \\|$", RegexOptions.Multiline)]
    private static partial Regex Row { get; }

    private static string Readme(string path)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "HotplugFs.sln")))
                return File.ReadAllText(Path.Combine(folder.FullName, path));
        return File.ReadAllText(Path.Combine(Environment.GetEnvironmentVariable("HOTPLUGFS_SOURCE")!, path));
    }

    private static IEnumerable<string> Rows() =>
        from row in FuseDifferences.All
        group row by (row.Call, row.Field, row.Here, row.Why) into rows
        let recorded = rows.Select(row => row.Recorded == "?" ? "an error without a name" : row.Recorded)
        let field = rows.Key.Field == "error" ? "" : $", {rows.Key.Field}"
        select $"| {rows.Key.Call}{field} | {string.Join(" or ", recorded)} | {rows.Key.Here} | {rows.Key.Why} |";

    [Test]
    public void TableOfDifferences_IsThatOfReplay()
    {
        Assert.That(Table(Readme("docs/limits.md"), Heading), Is.EqualTo(Rows()));
    }

    [Test]
    public void TableOfFieldsThatAreNotCompared_IsThatOfReplay()
    {
        var expected = NotCompared.Fields.GroupBy(field => field.Value, field => field.Key)
            .Select(group => $"| `{string.Join("`, `", group)}` | {group.Key} |");
        Assert.That(Table(Readme("tests/recordings/README.md"), "| not compared | why |"), Is.EquivalentTo(expected));
    }

    [Test]
    public void TableOfFeatures_AgreesWithTheCatalogue()
    {
        var kernels = KernelCatalogue.All.Select(kernel => kernel.Name).ToArray();
        var rows = Table(Readme("docs/kernels.md"), $"| feature | versions | {string.Join(" | ", kernels)} |")
            .Select(row => row[2..^2].Split(" | ")).ToArray();
        var features = kernels.Select(kernel => KernelCatalogue.Features(kernel).ToArray()).ToArray();
        var recorded = features.SelectMany(of => of).Where(each => each.Source is not ("[exp]" or "[src]")).Select(each => each.What);
        Assert.That(rows.Select(row => row[0]), Is.EquivalentTo(recorded.Distinct()));
        Assert.That(
            from row in rows
            from column in Enumerable.Range(0, kernels.Length)
            where row[column + 2][0] == '+' != Array.Exists(features[column], each => each.What == row[0])
            select $"{row[0]}, {kernels[column]}",
            Is.Empty);
    }

    [Test]
    public void TableOfFeatures_CitesRecordingsThatExist()
    {
        var kernels = KernelCatalogue.All.Select(kernel => kernel.Name).ToArray();
        var recordings = Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "recordings"), "*.jsonl.gz").Select(Path.GetFileName).ToArray();
        Assert.That(
            from row in Table(Readme("docs/kernels.md"), "| feature | versions |")
            let cells = row[2..^2].Split(" | ")
            from column in Enumerable.Range(0, kernels.Length)
            let cell = cells[column + 2][2..].Trim('`')
            where cell != "?" && !((string[])["", "-mny", "-mnn"]).Any(built => recordings.Contains($"{kernels[column]}{built}-{cell}.jsonl.gz"))
            select $"{cells[0]}, {kernels[column]}: {cell}",
            Is.Empty);
    }

    private static IEnumerable<string> Table(string readme, string heading)
    {
        var start = readme.IndexOf(heading, StringComparison.Ordinal);
        Assert.That(start, Is.GreaterThan(0), $"there is no table \"{heading}\"");
        var end = readme.IndexOf("\n\n", start, StringComparison.Ordinal);
        return Row.Matches(readme[start..end]).Select(row => row.Value).Skip(2);
    }
}
