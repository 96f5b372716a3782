using HotplugFs.Kernfs;

namespace HotplugFs.Sysfs.Tests;

/// <summary>Frequent operations allocate nothing, as counted by the runtime, once each has been done before.</summary>
public sealed class AllocationTests
{
    private static readonly string[] Directories =
    [
        "sys/devices/system/memory", "sys/devices/system/memory/memory32", "sys/devices/system/memory/memory40/power",
        "sys/devices/system/node", "sys/devices/system/node/node1", "sys/bus/memory/devices",
    ];

    [TestCaseSource(nameof(Directories))]
    public void LookupAttributesAndListing_OnceWarm_AllocateNothing(string directory)
    {
        var shell = new TestTree();
        var tree = shell.Tree;
        var parent = tree.Find(directory).Value;
        byte[][] names = [.. shell.List(directory).Select(Encoding.UTF8.GetBytes)];
        var sink = new Counter();
        AssertNoAllocation(() =>
        {
            foreach (var name in names)
                _ = tree.GetAttributes(tree.Lookup(parent, name).Value);
            _ = tree.Lookup(parent, "nope"u8);
            _ = tree.ReadDirectory(parent, 0, sink);
        });
        Assert.That(sink.Count, Is.GreaterThan(names.Length));
    }

    [TestCase("4.9")]
    [TestCase("6.12")]
    public void ReadsOfABlocksFiles_OnceWarm_AllocateNothing(string kernel)
    {
        var tree = new TestTree(kernel: kernel);
        const string block = "memory/memory40";
        NodeId[] files =
        [
            .. tree.List(block).Select(name => tree.Find($"{block}/{name}")).Where(id => tree.Tree.Open(id, OpenFlags.ReadOnly).IsOk),
        ];
        Assert.That(files, Has.Length.GreaterThan(5));
        AssertReadsAllocateNothing(tree.Tree, files);
    }

    [TestCase("meminfo")]
    [TestCase("vmstat")]
    [TestCase("numastat")]
    [TestCase("distance")]
    [TestCase("cpumap")]
    public void ReadsOfANodesFile_OnceWarm_AllocateNothing(string file)
    {
        var tree = new TestTree();
        AssertReadsAllocateNothing(tree.Tree, tree.Find($"node/node1/{file}"));
    }

    /// <summary>Nor does the entry of a write in the journal.</summary>
    [Test]
    public void Write_OnceWarm_AllocatesNothing()
    {
        var tree = new TestTree();
        var file = tree.Tree.Open(tree.Find("memory/memory40/power/control"), OpenFlags.WriteOnly).Value;
        var caller = new Caller(1) { Pid = 7 };
        // The journal grows to its capacity.
        for (var i = 0; i < 10_000; i++)
            tree.Tree.Write(caller, file, "auto\n"u8);
        AssertNoAllocation(() => _ = tree.Tree.Write(caller, file, "auto\n"u8));
        Assert.That(tree.Read("hotplugfs/journal"), Does.Contain("power/control"));
    }

    private static void AssertReadsAllocateNothing(KernfsTree tree, params NodeId[] files)
    {
        var buffer = new byte[4096];
        AssertNoAllocation(() =>
        {
            foreach (var id in files)
            {
                var file = tree.Open(id, OpenFlags.ReadOnly).Value;
                _ = file.Read(0, buffer);
                tree.OpenFiles.Release(file);
            }
        });
    }

    private static void AssertNoAllocation(Action action)
    {
        for (var i = 0; i < 100; i++)
            action();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
            action();
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    private sealed class Counter : IDirectorySink
    {
        public int Count { get; private set; }

        public bool Add(NodeId id, ReadOnlySpan<byte> name, ulong next)
        {
            Count++;
            return true;
        }
    }
}
