using System.Text.RegularExpressions;
using HotplugFs.Abi;
using HotplugFs.Kernfs;

namespace HotplugFs.Sysfs.Tests;

/// <summary>The README's table of files is the tree: every row of the memory directory is in it, with its mode, and nothing else.</summary>
public sealed partial class ReadmeTests
{
    [GeneratedRegex("^\\| (?<names>`.*?`(, `.*?`)*) \\| (?<mode>0[0-7]{3}) \\|", RegexOptions.Multiline)]
    private static partial Regex TableRow { get; }

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Name { get; }

    private static string Readme()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "HotplugFs.sln")))
                return File.ReadAllText(Path.Combine(folder.FullName, "README.md"));
        return File.ReadAllText(Path.Combine(Environment.GetEnvironmentVariable("HOTPLUGFS_SOURCE")!, "README.md"));
    }

    [Test]
    public void TableOfFiles_IsTheTree()
    {
        var documented = TableRow.Matches(Readme())
            .SelectMany(row => Name.Matches(row.Groups["names"].Value).Select(name => $"{name.Groups[1].Value} {row.Groups["mode"].Value}"))
            .Append("memoryN/uevent 0644");
        var served = new SortedSet<string>();
        foreach (var kernel in Kernels.KernelCatalogue.All)
        {
            var tree = new TestTree(kernel: kernel.Name);
            served.UnionWith(FilesOf(tree, "memory", ""));
            served.UnionWith(FilesOf(tree, "memory/memory40", "memoryN/"));
        }
        Assert.That(documented, Is.EquivalentTo(served));
    }

    private static IEnumerable<string> FilesOf(TestTree tree, string directory, string prefix)
    {
        var names = new Files(tree.Tree);
        tree.Tree.ReadDirectory(tree.Tree.Find($"sys/devices/system/{directory}").Value, 0, names);
        return names.Found.Select(file => prefix + file);
    }

    private sealed class Files(KernfsTree tree) : IDirectorySink
    {
        public List<string> Found { get; } = [];

        public bool Add(NodeId id, ReadOnlySpan<byte> name, ulong next)
        {
            var mode = tree.GetAttributes(id).Value.Mode;
            if ((mode & ModeBits.TypeMask) == ModeBits.Regular)
                Found.Add($"{System.Text.Encoding.UTF8.GetString(name)} 0{Convert.ToString(mode & ModeBits.PermissionMask, 8).PadLeft(3, '0')}");
            return true;
        }
    }
}
