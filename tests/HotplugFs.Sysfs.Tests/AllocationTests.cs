using System.Text;
using HotplugFs.Abi;
using HotplugFs.Kernfs;

namespace HotplugFs.Sysfs.Tests;

/// <summary>What every program does to every file allocates nothing, by the runtime's own count, once each was done before.</summary>
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
        var tree = new TestTree().Tree;
        var parent = tree.Find(directory).Value;
        var names = Names(tree, parent);
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
        var tree = new TestTree(kernel: kernel).Tree;
        var block = tree.Find("sys/devices/system/memory/memory40").Value;
        var files = Names(tree, block).Select(name => tree.Lookup(block, name).Value).Where(id => tree.Open(id, OpenFlags.ReadOnly).IsOk).ToArray();
        var buffer = new byte[4096];
        Assert.That(files, Has.Length.GreaterThan(5));
        AssertNoAllocation(() =>
        {
            foreach (var id in files)
            {
                var file = tree.Open(id, OpenFlags.ReadOnly).Value;
                _ = file.Read(0, buffer);
                tree.Release(file);
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

    private static byte[][] Names(KernfsTree tree, NodeId directory)
    {
        var sink = new Collector();
        tree.ReadDirectory(directory, 0, sink);
        return [.. sink.Names.Where(name => name is not ("." or "..")).Select(Encoding.UTF8.GetBytes)];
    }

    private sealed class Collector : IDirectorySink
    {
        public List<string> Names { get; } = [];

        public bool Add(NodeId id, ReadOnlySpan<byte> name, ulong next)
        {
            Names.Add(Encoding.UTF8.GetString(name));
            return true;
        }
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
