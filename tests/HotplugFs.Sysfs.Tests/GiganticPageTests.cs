using System.Text.RegularExpressions;
using HotplugFs.Engine;
using HotplugFs.Kernels;
using HotplugFs.Machines.Files;

namespace HotplugFs.Sysfs.Tests;

/// <summary>
/// Huge pages that extend over several blocks, on a machine like the one of docs/kernels.md, "Sizes of huge pages": blocks 40 to 47 hold one
/// page of 1 GiB.
/// </summary>
public sealed partial class GiganticPageTests
{
    private const string Size = "hugepages/hugepages-1048576kB";
    /// <summary>1 GiB in KiB.</summary>
    private const long GiB = 1 << 20;

    private const string Text = """
        block_size = "128M"
        kernel = "6.12"
        hugepage_sizes = ["2M", "1G"]
        [[node]]
        number = 0
        cpus = "0"
        HUGE
        [[node]]
        number = 1
        [[node]]
        number = 2
        [[memory]]
        node = 0
        blocks = "0-7"
        zone = "DMA32"
        kernel_pages = true
        [[memory]]
        node = 0
        blocks = "8-15"
        zone = "DMA32"
        [[memory]]
        node = 1
        blocks = "32-63"
        zone = "Normal"
        [[dimm]]
        id = "movable"
        node = 2
        size = "2G"
        """;

    [GeneratedRegex(@"MemFree: +(\d+)")]
    private static partial Regex MemFree { get; }

    private static TestTree Boot(string kernel = "6.12", string huge = "")
    {
        var definition = MachineFile.Parse("m.toml", "m", Text.Replace("HUGE", huge, StringComparison.Ordinal)).Definition;
        var found = KernelCatalogue.Get(kernel);
        return new TestTree(new Machine(definition, found.Rules), found.Files);
    }

    private static string Pool(TestTree tree, int node, string file = "nr_hugepages") => tree.Read($"node/node{node}/{Size}/{file}").TrimEnd();

    private static long Free(TestTree tree, int node) =>
        long.Parse(MemFree.Match(tree.Read($"node/node{node}/meminfo")).Groups[1].ValueSpan, CultureInfo.InvariantCulture);

    [Test]
    public void Pool_AtBootAndByWrite_TakesItsMemory()
    {
        var tree = Boot(huge: "hugepages = { \"1G\" = 1, \"2M\" = 3 }");
        Assert.That((Pool(tree, 0), Pool(tree, 0, "free_hugepages"), Pool(tree, 1)), Is.EqualTo(("1", "1", "0")));
        var free = Free(tree, 1);
        Assert.That(tree.Write($"node/node1/{Size}/nr_hugepages", "2").IsOk, tree.Log);
        Assert.That(Free(tree, 1), Is.EqualTo(free - 2 * GiB));
        Assert.That(tree.Read($"sys/kernel/mm/{Size}/nr_hugepages"), Is.EqualTo("3\n"));
        Assert.That(tree.Read("proc/meminfo"), Does.Contain("HugePages_Total:       3\n")
            .And.Contain($"\nHugetlb:         {3 * GiB + 3 * 2048} kB\n"));
        tree.Write($"sys/kernel/mm/{Size}/nr_hugepages", "0");
        Assert.That(Free(tree, 1), Is.EqualTo(free));
        Assert.That(tree.Read("proc/meminfo"), Does.Contain("HugePages_Total:       3\n").And.Contain("\nHugetlb:            6144 kB\n"));
    }

    /// <summary>The kernel's pages in the low blocks and zone Movable of node 2 leave no run of 1 GiB there.</summary>
    [Test]
    public void Write_WithoutRoom_SucceedsWithWhatThereIs()
    {
        var tree = Boot();
        for (var block = 64; block < 80; block++)
            Assert.That(tree.Write($"memory/memory{block}/state", "online_movable").IsOk, tree.Log);
        Assert.That(tree.Write($"node/node2/{Size}/nr_hugepages", "2").IsOk);
        Assert.That(Pool(tree, 2), Is.EqualTo("0"));
        Assert.That(tree.Write($"sys/kernel/mm/{Size}/nr_hugepages", "20").IsOk);
        Assert.That((Pool(tree, 0), Pool(tree, 1)), Is.EqualTo(("1", "4")));
    }

    [TestCase("4.4", 0, 0, false, TestName = "4.4 dissolves a free page")]
    [TestCase("5.0", 0, 16, false, TestName = "5.0 keeps its blocks")]
    [TestCase("5.15", 0, 0, false, TestName = "5.15 dissolves a free page")]
    [TestCase("6.1", 0, 16, false, TestName = "6.1 keeps the first block of a free page")]
    [TestCase("6.1", 3, 16, false, TestName = "6.1 keeps a middle block of a free page")]
    [TestCase("6.1", 7, 0, false, TestName = "6.1 dissolves a free page from its last block")]
    [TestCase("6.12", 3, 0, false, TestName = "6.12 dissolves a free page")]
    [TestCase("4.19", 3, 16, true, TestName = "4.19 keeps the blocks of a page in use")]
    [TestCase("6.1", 3, 16, true, TestName = "6.1 keeps a middle block of a page in use")]
    [TestCase("6.1", 7, 0, true, TestName = "6.1 moves a page in use from its last block")]
    [TestCase("6.12", 3, 0, true, TestName = "6.12 moves a page in use")]
    public void Offline_OfABlockOfAPage(string kernel, int block, int error, bool isInUse)
    {
        var tree = Boot(kernel, "hugepages = { \"1G\" = 1 }");
        // The lowest run of node 1 is in use, so that its page is in blocks 40 to 47.
        Assert.That(tree.Write("hotplugfs/load/start", "id=low size=100M node=1 policy=bind kind=kernel").IsOk, tree.Log);
        tree.Write($"node/node1/{Size}/nr_hugepages", "1");
        Assert.That(tree.Machine.AllHugePages.Find(1 << 20)!.FreePlaces(tree.Machine.FindNode(1)!).Select(place => place.Block.Number),
            Is.EqualTo(Enumerable.Range(40, 8)));
        if (isInUse)
            Assert.That(tree.Write("hotplugfs/load/start", "id=app kind=hugetlb size=1G node=1 hugepage_size=1G").IsOk, tree.Log);
        var free = Free(tree, 1);
        var result = tree.Write($"memory/memory{40 + block}/state", "offline");
        Assert.That(result.TryGet(out _, out var refused) ? 0 : (int)refused, Is.EqualTo(error), tree.Log);
        Assert.That(Pool(tree, 1), Is.EqualTo(error == 0 ? "0" : "1"));
        Assert.That((Pool(tree, 0), Pool(tree, 0, "free_hugepages")), Is.EqualTo(("1", isInUse && error == 0 ? "0" : "1")));
        Assert.That(Free(tree, 1), Is.EqualTo(error == 0 ? free + GiB - 131072 : free));
    }

    [TestCase(1, (int)Errno.ENOMEM)]
    [TestCase(2, 0)]
    public void SoftOffline_OfAPageInUse_NeedsAFreeOne(int pages, int error)
    {
        var tree = Boot();
        tree.Write($"node/node1/{Size}/nr_hugepages", $"{pages}");
        Assert.That(tree.Write("hotplugfs/load/start", "id=app kind=hugetlb size=1G node=1 hugepage_size=1G").IsOk, tree.Log);
        var result = tree.Write("memory/soft_offline_page", $"0x{(32L << 27) + 4096:x}");
        Assert.That(result.TryGet(out _, out var refused) ? 0 : (int)refused, Is.EqualTo(error), tree.Log);
        Assert.That((Pool(tree, 1), Pool(tree, 1, "free_hugepages")), Is.EqualTo(("1", "0")));
    }

    [Test]
    public void Demote_AFreePage_MakesSmallerOnes()
    {
        var tree = Boot();
        tree.Write($"node/node1/{Size}/nr_hugepages", "2");
        Assert.That(tree.Read($"node/node1/{Size}/demote_size"), Is.EqualTo("2048kB\n"));
        Assert.That(tree.Write($"node/node1/{Size}/demote_size", "4kB").Error, Is.EqualTo(Errno.EINVAL));
        Assert.That(tree.Write($"node/node1/{Size}/demote_size", "2M").IsOk);
        Assert.That(tree.Write($"node/node1/{Size}/demote", "1").IsOk);
        Assert.That((Pool(tree, 1), tree.Read("proc/sys/vm/nr_hugepages")), Is.EqualTo(("1", "512\n")));
    }

    [Test]
    public void Overcommit_IsRefused() =>
        Assert.That(Boot().Write($"sys/kernel/mm/{Size}/nr_overcommit_hugepages", "2").Error, Is.EqualTo(Errno.EINVAL));

    [Test]
    public void Write_BeforeTheKernelCanAllocateThem_IsRefused() =>
        Assert.That(Boot("3.15").Write($"sys/kernel/mm/{Size}/nr_hugepages", "2").Error, Is.EqualTo(Errno.EINVAL));

    [Test]
    public void Load_OfASizeThatTheMachineLacks_IsRefused()
    {
        var tree = Boot();
        Assert.That(tree.Write("hotplugfs/load/start", "id=app kind=hugetlb size=1G hugepage_size=512M").Error, Is.EqualTo(Errno.EINVAL));
        Assert.That(tree.LastLogLine, Does.Contain("no huge pages of 524288 KiB (2048, 1048576)"));
        Assert.That(tree.Write("hotplugfs/load/start", "id=app kind=anon size=1G hugepage_size=1G").Error, Is.EqualTo(Errno.EINVAL));
    }
}
