using System.Text.RegularExpressions;
using HotplugFs.Replay.Mounted;
using HotplugFs.Replay.Recordings;

namespace HotplugFs.Replay.Tests;

/// <summary>The README's table of FUSE differences is the table that replaying through a mount uses.</summary>
public sealed partial class ReadmeTests
{
    private const string Heading = "| call | sysfs | here | why |";

    [GeneratedRegex("^\\| .* \\|$", RegexOptions.Multiline)]
    private static partial Regex Row { get; }

    private static string Readme(string path = "README.md")
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
        Assert.That(Table(Readme(), Heading), Is.EqualTo(Rows()));
    }

    [Test]
    public void TableOfFieldsThatAreNotCompared_IsThatOfReplay()
    {
        var expected = NotCompared.Fields.GroupBy(field => field.Value, field => field.Key)
            .Select(group => $"| `{string.Join("`, `", group)}` | {group.Key} |");
        Assert.That(Table(Readme("tests/recordings/README.md"), "| not compared | why |"), Is.EquivalentTo(expected));
    }

    private static IEnumerable<string> Table(string readme, string heading)
    {
        var start = readme.IndexOf(heading, StringComparison.Ordinal);
        Assert.That(start, Is.GreaterThan(0), $"there is no table \"{heading}\"");
        var end = readme.IndexOf("\n\n", start, StringComparison.Ordinal);
        return Row.Matches(readme[start..end]).Select(row => row.Value).Skip(2);
    }
}
