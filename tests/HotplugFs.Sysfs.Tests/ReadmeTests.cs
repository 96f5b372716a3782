using System.Text.RegularExpressions;
using HotplugFs.Kernels;

namespace HotplugFs.Sysfs.Tests;

/// <summary>The table of files in docs/files.md lists every file of the memory directory and of a block, with its mode, and no other.</summary>
public sealed partial class ReadmeTests
{
    [GeneratedRegex("^\\| (?<names>`.*?`(, `.*?`)*) \\| (?<mode>0[0-7]{3}) \\|", RegexOptions.Multiline)]
    private static partial Regex TableRow { get; }

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Name { get; }

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

    private static IEnumerable<string> FilesOf(TestTree tree, string directory, string prefix) =>
        from name in tree.List(directory)
        let mode = tree.Mode($"{directory}/{name}")
        where (mode & ModeBits.TypeMask) == ModeBits.Regular
        select $"{prefix}{name} 0{Convert.ToString(mode & ModeBits.PermissionMask, 8).PadLeft(3, '0')}";
}
