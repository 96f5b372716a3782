using HotplugFs.Engine;
using HotplugFs.Kernels;
using HotplugFs.Machines.Files;

namespace HotplugFs.Sysfs.Tests;

/// <summary>Tiers, access classes and weights of nodes.</summary>
public sealed class MemoryTierTests
{
    private const string Tiers = "sys/devices/virtual/memory_tiering";
    private const string Weights = "sys/kernel/mm/mempolicy/weighted_interleave";

    [Test]
    public void Tiers_ListTheNodesWithMemory()
    {
        var tree = new TestTree(kernel: "6.12");
        Assert.That(Names(tree, Tiers), Does.Contain("memory_tier4"));
        Assert.That(tree.Read($"{Tiers}/memory_tier4/nodelist"), Is.EqualTo("0-1\n"));
        Assert.That(tree.ReadLink($"{Tiers}/memory_tier4/subsystem"), Is.EqualTo("../../../../bus/memory_tiering"));
        Assert.That(
            tree.ReadLink("sys/bus/memory_tiering/devices/memory_tier4"), Is.EqualTo("../../../devices/virtual/memory_tiering/memory_tier4"));
        Assert.That(new TestTree(kernel: "5.15").Exists(Tiers), Is.False);
    }

    [TestCase("6.12", "2", "memory_tier38")]
    [TestCase("6.1", "2", "memory_tier22")]
    [TestCase("6.7", "2", "memory_tier38")]
    public void Tier_ExistsWhileItHasANodeWithMemory(string kernel, string nodes, string tier)
    {
        var tree = new TestTree("cxl-2s", kernel);
        Assert.That(tree.Read($"{Tiers}/memory_tier4/nodelist"), Is.EqualTo("0-1\n"));
        tree.Changes();
        var block = tree.Machine.FindNode(2)!.Blocks.Members().First();
        Assert.That(tree.Write($"memory/memory{block}/state", "online_movable").IsOk);
        Assert.That(tree.Read($"{Tiers}/{tier}/nodelist"), Is.EqualTo($"{nodes}\n"));
        var isOwn = nodes == "2";
        Assert.That(tree.Changes().Contains($"{Tiers}: {tier}"), Is.EqualTo(isOwn));
        Assert.That(tree.Read("hotplugfs/uevents").Contains($"/devices/virtual/memory_tiering/{tier}"), Is.EqualTo(isOwn));
        Assert.That(tree.Write($"memory/memory{block}/state", "offline").IsOk);
        Assert.That(tree.Exists($"{Tiers}/{tier}"), Is.Not.EqualTo(isOwn));
        Assert.That(tree.Changes().Contains($"{Tiers}: {tier}"), Is.EqualTo(isOwn));
    }

    [Test]
    public void Tier_OfFastMemory_IsBeforeThatOfDram()
    {
        var tree = new TestTree("hbm", "6.12");
        Assert.That(tree.Read($"{Tiers}/memory_tier4/nodelist"), Is.EqualTo("0-1\n"));
        Assert.That(tree.Read($"{Tiers}/memory_tier3/nodelist"), Is.EqualTo("2-3\n"));
    }

    [Test]
    public void RemovedTier_IsAnotherObjectWhenItReturns()
    {
        var tree = new TestTree("cxl-2s", "6.12");
        var block = tree.Machine.FindNode(2)!.Blocks.Members().First();
        Assert.That(tree.Write($"memory/memory{block}/state", "online_movable").IsOk);
        var first = tree.Find($"{Tiers}/memory_tier38");
        Assert.That(tree.Write("hotplugfs/checkpoint", "online").IsOk);
        Assert.That(tree.Write($"memory/memory{block}/state", "offline").IsOk);
        tree.Changes();
        Assert.That(tree.Write("hotplugfs/restore", "online").IsOk);
        Assert.That(tree.Changes(), Has.Member($"{Tiers}: memory_tier38"));
        Assert.That(tree.Find($"{Tiers}/memory_tier38"), Is.Not.EqualTo(first));
    }

    [Test]
    public void AccessClasses_AppearWithTheMemoryAndStay()
    {
        var tree = new TestTree("cxl-2s", "6.12");
        Assert.That(tree.Read("node/node0/access0/initiators/read_latency"), Is.EqualTo("110\n"));
        Assert.That(tree.ReadLink("node/node0/access1/targets/node0"), Is.EqualTo("../../../node0"));
        Assert.That(tree.Exists("node/node2/access0"), Is.False);
        var block = tree.Machine.FindNode(2)!.Blocks.Members().First();
        tree.Changes();
        Assert.That(tree.Write($"memory/memory{block}/state", "online_movable").IsOk);
        Assert.That(
            tree.Changes(),
            Has.Member("sys/devices/system/node/node2: access0").And.Member("sys/devices/system/node/node0/access0/targets: node2"));
        Assert.That(tree.Read("node/node2/access1/initiators/read_bandwidth"), Is.EqualTo("60000\n"));
        Assert.That(tree.ReadLink("node/node2/access0/initiators/node0"), Is.EqualTo("../../../node0"));
        Assert.That(tree.Exists("node/node2/access0/targets/node0"), Is.False);
        Assert.That(Names(tree, "node/node2/access0/power"), Is.EqualTo("async runtime_active_kids runtime_enabled runtime_status runtime_usage"));
        Assert.That(tree.Write($"memory/memory{block}/state", "offline").IsOk);
        Assert.That(tree.Exists("node/node2/access0/initiators/node0"));
        Assert.That(new TestTree("hbm", "4.19").Exists("node/node0/access0"), Is.False);
        Assert.That(new TestTree("hbm", "5.2").Exists("node/node0/access1"), Is.False);
    }

    [Test]
    public void SideCache_AndGenericInitiator_AreShown()
    {
        var tree = Tree("6.12", """
            block_size = "128M"
            [[node]]
            number = 0
            cpus = "0"
            access0 = { initiators = "1", read_bandwidth = 9 }
            access1 = { initiators = "0", read_bandwidth = 7 }
            side_caches = [{ size = "16G", indexing = 1 }, { size = "64G", line_size = 4096, write_policy = 1 }]
            [[node]]
            number = 1
            generic_initiator = true
            [[memory]]
            node = 0
            blocks = "0-3"
            zone = "DMA32"
            """);
        Assert.That(tree.Read("node/has_generic_initiator"), Is.EqualTo("1\n"));
        Assert.That(tree.Read("node/online"), Is.EqualTo("0-1\n"));
        Assert.That(tree.Exists("node/node1/access0/targets/node0"));
        Assert.That(tree.Exists("node/node1/access0/initiators/read_bandwidth"), Is.False);
        Assert.That(tree.Exists("node/node1/access1"), Is.False);
        Assert.That(tree.Read("node/node0/access1/initiators/read_bandwidth"), Is.EqualTo("7\n"));
        const string caches = "node/node0/memory_side_cache";
        Assert.That(
            (string[])[.. ((string[])["indexing", "line_size", "size", "write_policy"]).Select(name => tree.Read($"{caches}/index2/{name}").Trim())],
            Is.EqualTo(new[] { "0", "4096", "68719476736", "1" }));
        Assert.That(tree.Read($"{caches}/index1/line_size"), Is.EqualTo("64\n"));
        Assert.That(tree.Exists("node/node1/memory_side_cache"), Is.False);
    }

    [Test]
    public void Demotion_KeepsATruthValue()
    {
        const string file = "sys/kernel/mm/numa/demotion_enabled";
        var tree = new TestTree(kernel: "6.12");
        Assert.That(tree.Read(file), Is.EqualTo("false\n"));
        Assert.That(tree.Write(file, "maybe").Error, Is.EqualTo(Errno.EINVAL));
        Assert.That(tree.Write(file, "1\n").IsOk);
        Assert.That(tree.Read(file), Is.EqualTo("true\n"));
        Assert.That(new TestTree(kernel: "5.10").Exists(file), Is.False);
    }

    [TestCase("6.12", "auto", false)]
    [TestCase("6.16", "auto", true)]
    [TestCase("6.18", "__auto_type", true)]
    public void Weights_AreOneToTwoHundredFiftyFive(string kernel, string auto, bool hasAuto)
    {
        var tree = new TestTree(kernel: kernel);
        Assert.That(tree.Read($"{Weights}/node1"), Is.EqualTo("1\n"));
        Assert.That(tree.Write($"{Weights}/node1", "256").Error, Is.EqualTo(Errno.EINVAL));
        Assert.That(tree.Write("hotplugfs/checkpoint", "a").IsOk);
        Assert.That(tree.Write($"{Weights}/node1", "255\n").IsOk);
        Assert.That(tree.Read($"{Weights}/node1"), Is.EqualTo("255\n"));
        Assert.That(tree.Exists($"{Weights}/{auto}"), Is.EqualTo(hasAuto));
        if (hasAuto)
            Assert.That(tree.Read($"{Weights}/{auto}"), Is.EqualTo("false\n"));
        Assert.That(tree.Write($"{Weights}/node1", "0").IsOk, Is.Not.EqualTo(hasAuto));
        Assert.That(tree.Write("hotplugfs/restore", "a").IsOk);
        Assert.That(tree.Read($"{Weights}/node1"), Is.EqualTo("1\n"));
    }

    private static string Names(TestTree tree, string directory) => string.Join(' ', tree.List(directory).Order(StringComparer.Ordinal));

    private static TestTree Tree(string kernel, string text)
    {
        var found = KernelCatalogue.Get(kernel);
        return new TestTree(new Machine(MachineFile.Parse("m.toml", "m", text).Definition, found.Rules), found.Files);
    }
}
