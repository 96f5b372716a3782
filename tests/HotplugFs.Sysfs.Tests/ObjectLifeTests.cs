using HotplugFs.Kernfs;

namespace HotplugFs.Sysfs.Tests;

/// <summary>
/// What is written to the files of an object lasts as long as the object. Every writable file of a removable object is found in the tree,
/// written, and read again after the object was removed and added.
/// </summary>
public sealed class ObjectLifeTests
{
    /// <summary>Values that some file accepts; a file that accepts none is one that only starts an action.</summary>
    private static readonly string[] Values = ["online_movable", "offline", "1", "0", "2", "on", "auto", "enabled", "disabled", "add"];

    private static IEnumerable<string> Kernels => HotplugFs.Kernels.KernelCatalogue.All.Select(kernel => kernel.Name);

    [TestCaseSource(nameof(Kernels))]
    public void WritableFiles_OfABlockAddedAgain_ReadAsNew(string kernel) => AssertReadAsNew(
        new TestTree(kernel: kernel),
        "memory/memory40",
        tree => tree.Write("memory/memory40/state", "offline"),
        tree =>
        {
            tree.Write("hotplugfs/dimms/unplug", "dimm0");
            Assert.That(tree.Exists("memory/memory40"), Is.False);
            tree.Write("hotplugfs/dimms/plug", "node=1 size=512M id=dimm0 at=5G");
        });

    [TestCaseSource(nameof(Kernels))]
    public void WritableFiles_OfANodeAddedAgain_ReadAsNew(string kernel) => AssertReadAsNew(
        new TestTree("memoryless-node", kernel, movableNode: true),
        "node/node1",
        Online,
        tree =>
        {
            var dimms = Names(tree, "hotplugfs/dimms").Where(name => name.StartsWith("dimm", StringComparison.Ordinal)).ToArray();
            var addresses = dimms.ToDictionary(dimm => dimm, dimm => tree.Read($"hotplugfs/dimms/{dimm}/address").Trim());
            foreach (var dimm in dimms)
                Assert.That(tree.Write("hotplugfs/dimms/unplug", dimm).IsOk, tree.Log);
            Assert.That(tree.Exists("node/node1"), Is.False);
            foreach (var dimm in dimms)
                tree.Write("hotplugfs/dimms/plug", $"node=1 size=128M id={dimm} at={addresses[dimm]}");
            Online(tree);
        });

    private static void Online(TestTree tree)
    {
        foreach (var block in Names(tree, "node/node1").Where(name => name.StartsWith("memory", StringComparison.Ordinal) && char.IsDigit(name[^1])))
            tree.Write($"memory/{block}/state", "online");
    }

    private static void AssertReadAsNew(TestTree tree, string directory, Action<TestTree> prepare, Action<TestTree> removeAndAdd)
    {
        prepare(tree);
        var files = WritableFiles(tree, directory).ToArray();
        var before = files.ToDictionary(file => file, file => ReadOrError(tree, file));
        var changed = files.Where(file => Values.Any(value => IsChangedBy(tree, file, value))).ToArray();
        Assert.That(changed.Any(file => file.EndsWith("power/control", StringComparison.Ordinal)), "the walk finds power/control");
        removeAndAdd(tree);
        Assert.That(files.ToDictionary(file => file, file => ReadOrError(tree, file)), Is.EqualTo(before));
    }

    private static bool IsChangedBy(TestTree tree, string file, string value)
    {
        var before = ReadOrError(tree, file);
        return tree.Write(file, value).IsOk && ReadOrError(tree, file) != before;
    }

    /// <summary>The files below a directory that can be written and read; links are not followed.</summary>
    private static IEnumerable<string> WritableFiles(TestTree tree, string directory)
    {
        foreach (var name in Names(tree, directory))
        {
            var path = $"{directory}/{name}";
            var mode = Mode(tree, path);
            if ((mode & ModeBits.TypeMask) == ModeBits.Directory)
                foreach (var file in WritableFiles(tree, path))
                    yield return file;
            else if ((mode & ModeBits.TypeMask) == ModeBits.Regular && (mode & ModeBits.AnyRead) != 0 && (mode & ModeBits.AnyWrite) != 0)
                yield return path;
        }
    }

    private static uint Mode(TestTree tree, string path) => tree.Tree.GetAttributes(tree.Find(path)).Value.Mode;

    private static string ReadOrError(TestTree tree, string file)
    {
        var opened = tree.Tree.Open(tree.Find(file), OpenFlags.ReadOnly).Value;
        var buffer = new byte[4096];
        var count = opened.Read(0, buffer);
        tree.Tree.Release(opened);
        return count.IsOk ? System.Text.Encoding.UTF8.GetString(buffer, 0, count.Value) : count.Error.Name();
    }

    private static List<string> Names(TestTree tree, string directory)
    {
        var names = new NameList();
        tree.Tree.ReadDirectory(tree.Find(directory), 0, names);
        return names.Found;
    }

    private sealed class NameList : IDirectorySink
    {
        public List<string> Found { get; } = [];

        public bool Add(NodeId id, ReadOnlySpan<byte> name, ulong next)
        {
            if (!name.SequenceEqual("."u8) && !name.SequenceEqual(".."u8))
                Found.Add(System.Text.Encoding.UTF8.GetString(name));
            return true;
        }
    }
}
