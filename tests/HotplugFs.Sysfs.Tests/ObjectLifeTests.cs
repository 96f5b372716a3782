using HotplugFs.Kernels;

namespace HotplugFs.Sysfs.Tests;

/// <summary>
/// A value that is written to a file of an object lasts as long as the object. The tests find every file of a removable object that can
/// be written and read, change it, remove and add the object, and read the file again.
/// </summary>
public sealed class ObjectLifeTests
{
    /// <summary>Values for the files. Each file that holds a value accepts one that changes it.</summary>
    private static readonly string[] Values = ["online", "offline", "1", "0", "2", "on", "auto", "enabled", "disabled"];

    /// <summary>In 3.8 an eject removes nothing.</summary>
    private static IEnumerable<string> Kernels =>
        KernelCatalogue.All.Where(kernel => !kernel.Rules.EjectKeepsBlocks).Select(kernel => kernel.Name);

    [TestCaseSource(nameof(Kernels))]
    public void WritableFiles_OfABlockAddedAgain_ReadAsNew(string kernel) => AssertReadAsNew(
        new TestTree(kernel: kernel),
        "memory/memory40",
        tree =>
        {
            Assert.That(tree.Write("hotplugfs/dimms/unplug", "dimm0").IsOk, tree.Log);
            Assert.That(tree.Exists("memory/memory40"), Is.False);
            Assert.That(tree.Write("hotplugfs/dimms/plug", "node=1 size=512M id=dimm0 at=5G").IsOk, tree.Log);
        });

    [TestCaseSource(nameof(Kernels))]
    public void WritableFiles_OfANodeAddedAgain_ReadAsNew(string kernel)
    {
        var tree = new TestTree("memoryless-node", kernel, movableNode: true);
        OnlineNode1(tree);
        AssertReadAsNew(tree, "node/node1", ReplugNode1);
    }

    private static void ReplugNode1(TestTree tree)
    {
        var blockSize = tree.Machine.BlockSizeBytes;
        var dimms = tree.Machine.Dimms.ToArray();
        foreach (var dimm in dimms)
            Assert.That(tree.Write("hotplugfs/dimms/unplug", dimm.Id).IsOk, tree.Log);
        Assert.That(tree.Exists("node/node1"), Is.False);
        foreach (var dimm in dimms)
        {
            var request = $"node=1 size={dimm.Count * blockSize} id={dimm.Id} at={dimm.First.Number * blockSize}";
            Assert.That(tree.Write("hotplugfs/dimms/plug", request).IsOk, tree.Log);
        }
        OnlineNode1(tree);
    }

    private static void OnlineNode1(TestTree tree)
    {
        foreach (var dimm in tree.Machine.Dimms)
            tree.Write($"memory/{dimm.First}/state", "online");
    }

    private static void AssertReadAsNew(TestTree tree, string directory, Action<TestTree> removeAndAdd)
    {
        var newValues = WritableFiles(tree, directory).ToDictionary(file => file, tree.ReadOrErrno);
        var unchanged = newValues.Keys.Where(file => !Values.Any(value => IsChangedBy(tree, file, value))).ToArray();
        // A file that reads empty or fails holds no value.
        Assert.That(unchanged.Where(file => newValues[file] is not ("" or nameof(Errno.EIO))), Is.Empty, "no value changes these files");
        removeAndAdd(tree);
        Assert.That(newValues.Keys.ToDictionary(file => file, tree.ReadOrErrno), Is.EqualTo(newValues));
    }

    private static bool IsChangedBy(TestTree tree, string file, string value)
    {
        var before = tree.ReadOrErrno(file);
        return tree.Write(file, value).IsOk && tree.ReadOrErrno(file) != before;
    }

    /// <summary>The files in a directory and below that can be written and read; links are not followed.</summary>
    private static IEnumerable<string> WritableFiles(TestTree tree, string directory) =>
        tree.List(directory).Select(name => $"{directory}/{name}").SelectMany(path => (tree.Mode(path) & ModeBits.TypeMask) switch
        {
            ModeBits.Directory => WritableFiles(tree, path),
            ModeBits.Regular when (tree.Mode(path) & ModeBits.AnyRead) != 0 && (tree.Mode(path) & ModeBits.AnyWrite) != 0 => [path],
            _ => [],
        });
}
