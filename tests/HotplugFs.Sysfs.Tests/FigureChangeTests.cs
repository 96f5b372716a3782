using System.Text.RegularExpressions;

namespace HotplugFs.Sysfs.Tests;

/// <summary>The figures follow what happens to the pages (docs/kernels.md, "vmstat", "Page descriptors", "Retired pages", "Compaction").</summary>
public sealed partial class FigureChangeTests
{
    private const string HugePages = "hugepages-2048kB/nr_hugepages";

    [GeneratedRegex(@"MemFree: +(\d+)")]
    private static partial Regex MemFree { get; }

    private static long FreeKiB(TestTree tree) =>
        long.Parse(MemFree.Match(tree.Read("proc/meminfo")).Groups[1].ValueSpan, CultureInfo.InvariantCulture);

    [Test]
    public void Numastat_ALoadOnItsNode_CountsHits()
    {
        var tree = new TestTree(kernel: "6.12");
        Assert.That(tree.Write("hotplugfs/load/start", "id=app kind=anon size=4M node=1").IsOk, tree.Log);
        Assert.That(tree.Read("node/node1/numastat"), Is.EqualTo(
            "numa_hit 1024\nnuma_miss 0\nnuma_foreign 0\ninterleave_hit 0\nlocal_node 1024\nother_node 0\n"));
        Assert.That(tree.Read("proc/vmstat"), Does.Contain("\npgalloc_normal 1024\n"));
    }

    [Test]
    public void Plug_WithoutRoomForPageDescriptors_IsRefusedAndAddsNoBlock()
    {
        var tree = new TestTree(kernel: "6.12");
        var (free, blocks) = (FreeKiB(tree), tree.Machine.Blocks.Count);
        Assert.That(tree.Write("hotplugfs/dimms/plug", "node=1 size=256G id=big").Error, Is.EqualTo(Errno.ENOMEM));
        Assert.That((FreeKiB(tree), tree.Machine.Blocks.Count), Is.EqualTo((free, blocks)));
        Assert.That(tree.Write("hotplugfs/dimms/plug", "node=1 size=512M id=small").IsOk, tree.Log);
        Assert.That(FreeKiB(tree), Is.EqualTo(free - 8192));
        Assert.That(tree.Write("hotplugfs/dimms/unplug", "small").IsOk, tree.Log);
        Assert.That(FreeKiB(tree), Is.EqualTo(free));
    }

    [Test]
    public void HugePages_OfTheMachine_AreThoseOfItsNodes()
    {
        var tree = new TestTree(kernel: "6.12");
        tree.Write($"node/node1/hugepages/{HugePages}", "16");
        Assert.That(tree.Read($"sys/kernel/mm/hugepages/{HugePages}"), Is.EqualTo("16\n"));
        tree.Write("proc/sys/vm/nr_hugepages", "30");
        Assert.That(tree.Read($"node/node0/hugepages/{HugePages}") + tree.Read($"node/node1/hugepages/{HugePages}"), Is.EqualTo("7\n23\n"));
    }

    [TestCase("6.1", 0)]
    [TestCase("6.12", 4)]
    public void FreePage_ThatIsRetired_LeavesMemFreeWhereTheKernelCountsIt(string kernel, int less)
    {
        var tree = new TestTree(kernel: kernel);
        tree.Write("memory/memory40/state", "online_movable");
        var free = FreeKiB(tree);
        Assert.That(tree.Write("memory/hard_offline_page", "0x140001000").IsOk, tree.Log);
        Assert.That(FreeKiB(tree), Is.EqualTo(free - less));
        Assert.That(tree.Write("memory/memory40/state", "offline").IsOk, tree.Log);
    }
}
