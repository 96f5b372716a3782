using HotplugFs.Kernels;
using HotplugFs.Kernfs;

namespace HotplugFs.Sysfs.Tests;

/// <summary>
/// A client can hold the number of a node whose object was removed: from a lookup just before, or from an open directory. Every operation
/// on such a number has a result, and none throws.
/// </summary>
public sealed class RemovedObjectTests
{
    private static IEnumerable<string> Kernels => KernelCatalogue.All.Select(kernel => kernel.Name);

    [TestCaseSource(nameof(Kernels))]
    public void Operations_OnNodesOfRemovedObjects_DoNotThrow(string kernel)
    {
        var tree = new TestTree("memoryless-node", kernel, movableNode: true);
        var dimms = tree.Machine.Dimms.ToArray();
        string[] removed = [$"memory/{dimms[0].First}", $"hotplugfs/dimms/{dimms[0].Id}", "node/node1", $"node/node1/{dimms[0].First}"];
        var nodes = removed.SelectMany(path => Below(tree.Tree, tree.Find(path))).ToArray();
        foreach (var dimm in dimms)
            Assert.That(tree.Write("hotplugfs/dimms/unplug", dimm.Id).IsOk, tree.Log);
        using (Assert.EnterMultipleScope())
        {
            foreach (var node in nodes)
                Assert.That(() => UseInEveryWay(tree.Tree, node), Throws.Nothing, $"{node}");
        }
    }

    [Test]
    public void ReadLink_FirmwareNodeOfARemovedBlock_IsEnoent()
    {
        var tree = new TestTree();
        var link = tree.Find("memory/memory40/firmware_node");
        Assert.That(tree.Write("hotplugfs/dimms/unplug", "dimm0").IsOk, tree.Log);
        Assert.That(tree.Tree.ReadLink(link, new TextBuffer()), Is.EqualTo((Result)Errno.ENOENT));
    }

    private static void UseInEveryWay(KernfsTree tree, NodeId node)
    {
        _ = tree.Exists(node);
        _ = tree.GetAttributes(node);
        _ = tree.SetAttributes(node, new AttributesChange { Uid = 1 });
        _ = tree.ReadLink(node, new TextBuffer());
        _ = tree.Lookup(node, "uevent"u8);
        _ = tree.ReadDirectory(node, 0, new NodeList());
        _ = tree.Open(node, OpenFlags.ReadOnly);
    }

    private static IEnumerable<NodeId> Below(KernfsTree tree, NodeId node)
    {
        var list = new NodeList();
        _ = tree.ReadDirectory(node, 2, list);
        return [node, .. list.SelectMany(child => Below(tree, child))];
    }

    private sealed class NodeList : List<NodeId>, IDirectorySink
    {
        public bool Add(NodeId id, ReadOnlySpan<byte> name, ulong next)
        {
            Add(id);
            return true;
        }
    }

    [TestCase("sys/bus/acpi/devices/PNP0C80:00")]
    [TestCase("sys/bus/memory/devices/memory40")]
    public void Link_ToARemovedObject_IsGone(string link)
    {
        var tree = new TestTree();
        var node = tree.Tree.Find(link).Value;
        Assert.That(tree.Tree.ReadLink(node, new TextBuffer()).IsOk);
        Assert.That(tree.Write("hotplugfs/dimms/unplug", "dimm0").IsOk, tree.Log);
        Assert.That(tree.Tree.ReadLink(node, new TextBuffer()).Failed(out var error) && error == Errno.ENOENT);
    }
}
