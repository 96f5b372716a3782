using System.Text.RegularExpressions;
using HotplugFs.Kernels;

namespace HotplugFs.Sysfs.Tests;

/// <summary>
/// The tables of docs/files.md list every file of the memory directory and of a block, with its mode, and no other; and elsewhere every file, or
/// the directory that it is in.
/// </summary>
public sealed partial class ReadmeTests
{
    [GeneratedRegex("^\\| (?<names>`.*?`(, `.*?`)*) \\| (?<mode>0[0-7]{3}) \\|", RegexOptions.Multiline)]
    private static partial Regex TableRow { get; }

    [GeneratedRegex("^\\| (?<names>`.*?`(, `.*?`)*) \\| [^|]* \\|$", RegexOptions.Multiline)]
    private static partial Regex ElsewhereRow { get; }

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Name { get; }

    /// <summary>The number of an ACPI device.</summary>
    [GeneratedRegex("(?<=PNP0C80):[0-9]{2}")]
    private static partial Regex Number { get; }

    [Test]
    public void TableOfFiles_MatchesTheTree()
    {
        var documented = TableRow.Matches(Repository.Read("docs/files.md"))
            .SelectMany(row => Name.Matches(row.Groups["names"].Value).Select(name => $"{name.Groups[1].Value} {row.Groups["mode"].Value}"))
            .Append("memoryN/uevent 0644");
        var served = new SortedSet<string>();
        foreach (var kernel in KernelCatalogue.All)
        {
            var tree = new TestTree(kernel: kernel.Name);
            served.UnionWith(FilesOf(tree, "memory", ""));
            served.UnionWith(FilesOf(tree, "memory/memory40", "memoryN/"));
        }
        Assert.That(documented, Is.EquivalentTo(served));
    }

    [Test]
    public void TableOfFilesElsewhere_MatchesTheTree()
    {
        var documented = ElsewherePaths().ToList();
        var served = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var kernel in new[] { "4.9", "6.12" })
        {
            var tree = new TestTree(kernel: kernel, scenario: "[[at]]\ntime = \"3600s\"\nplug = \"node=1 size=128M id=late\"\n");
            Assert.That(tree.Write("hotplugfs/load/start", "id=ID size=4M").IsOk);
            served.UnionWith(AllPaths(tree, "").Select(path => Number.Replace(path.Replace("/dimm0", "/ID").Replace("/dimm1", "/ID"), ":NN")));
        }
        Assert.That(documented.Where(path => !served.Contains(path)), Is.Empty, "documented, and not there");
        var unknown = served.Where(path => !documented.Any(other => IsBelow(path, other) || IsBelow(other, path)));
        Assert.That(unknown.Where(path => !IsBelow(path, "sys/devices/system/memory")), Is.Empty, "there, and not documented");
    }

    private static bool IsBelow(string path, string directory) =>
        path == directory || path.StartsWith(directory + "/", StringComparison.Ordinal);

    /// <summary>The paths in the first column of the second table; a name without a directory is next to the one before it.</summary>
    private static IEnumerable<string> ElsewherePaths()
    {
        var previous = "";
        foreach (Match row in ElsewhereRow.Matches(Repository.Read("docs/files.md").Split("| elsewhere |")[1]))
        {
            foreach (Match name in Name.Matches(row.Groups["names"].Value))
            {
                var path = name.Groups[1].Value.TrimEnd('/');
                previous = path.Contains('/') ? path : $"{previous[..previous.LastIndexOf('/')]}/{path}";
                foreach (var one in Alternatives(previous))
                    yield return one;
            }
        }
    }

    /// <summary>Each path of a text such as <c>sys/bus/{memory,node}</c>.</summary>
    private static IEnumerable<string> Alternatives(string text) =>
        text.Split('{', '}') is [var before, var choices, var after] ? choices.Split(',').Select(choice => before + choice + after) : [text];

    private static IEnumerable<string> AllPaths(TestTree tree, string directory) =>
        from name in tree.List(directory)
        let path = directory.Length == 0 ? name : $"{directory}/{name}"
        from found in (tree.Mode(path) & ModeBits.TypeMask) == ModeBits.Directory ? AllPaths(tree, path).Prepend(path) : [path]
        select found;

    private static IEnumerable<string> FilesOf(TestTree tree, string directory, string prefix) =>
        from name in tree.List(directory)
        let mode = tree.Mode($"{directory}/{name}")
        where (mode & ModeBits.TypeMask) == ModeBits.Regular
        select $"{prefix}{name} 0{Convert.ToString(mode & ModeBits.PermissionMask, 8).PadLeft(3, '0')}";
}
