using System.Text.RegularExpressions;
using HotplugFs.Replay.Mounted;

namespace HotplugFs.Replay.Tests;

/// <summary>The README's table of FUSE differences is the table that replaying through a mount uses.</summary>
public sealed partial class ReadmeTests
{
    private const string Heading = "| call | sysfs | here | why |";

    [GeneratedRegex("^\\| .* \\|$", RegexOptions.Multiline)]
    private static partial Regex Row { get; }

    private static string Readme()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "HotplugFs.sln")))
                return File.ReadAllText(Path.Combine(folder.FullName, "README.md"));
        return File.ReadAllText(Path.Combine(Environment.GetEnvironmentVariable("HOTPLUGFS_SOURCE")!, "README.md"));
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
        var readme = Readme();
        var start = readme.IndexOf(Heading, StringComparison.Ordinal);
        Assert.That(start, Is.GreaterThan(0), $"README.md has no table \"{Heading}\"");
        var end = readme.IndexOf("\n\n", start, StringComparison.Ordinal);
        var documented = Row.Matches(readme[start..end]).Select(row => row.Value).Skip(2);
        Assert.That(documented, Is.EqualTo(Rows()));
    }
}
