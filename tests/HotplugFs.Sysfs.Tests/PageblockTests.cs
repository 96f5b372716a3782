using HotplugFs.Engine;
using HotplugFs.Kernels;
using HotplugFs.Machines;
using HotplugFs.Machines.Files;

namespace HotplugFs.Sysfs.Tests;

/// <summary>
/// Pageblocks and orders of the buddy allocator by the size of pages (docs/kernels.md, "Free lists"). Figures that are called seen are those
/// of a kernel in an emulator.
/// </summary>
public sealed class PageblockTests
{
    private static TestTree Boot(string text) => Boot(MachineFile.Parse("m.toml", "m", text));

    private static TestTree Boot(NamedMachine machine)
    {
        var kernel = KernelCatalogue.Get(machine.Kernel, machine.Definition.Architecture);
        return new TestTree(new Machine(machine.Definition, kernel.Rules), kernel.Files);
    }

    private static string Text(string architecture, string top, string zone, string blockSize = "512M") => $"""
        architecture = "{architecture}"
        {top}
        block_size = "{blockSize}"
        kernel = "6.12"
        [[node]]
        number = 0
        cpus = "0"
        [[memory]]
        node = 0
        blocks = "8-11"
        zone = "{zone}"
        """;

    [TestCase("x86_64", "", "Normal", 9, 11)]
    [TestCase("arm64", "", "Normal", 9, 11)]
    [TestCase("arm64", "page_size = \"16K\"", "Normal", 11, 12)]
    [TestCase("arm64", "page_size = \"64K\"", "Normal", 13, 14)]
    [TestCase("ppc64le", "", "Normal", 5, 9)]
    [TestCase("ppc64le", "hugepage_sizes = [\"16M\", \"16G\"]", "Normal", 8, 9)]
    [TestCase("ppc64le", "page_size = \"4K\"", "Normal", 9, 13)]
    [TestCase("ppc64le", "page_size = \"4K\"\nhugepage_sizes = [\"16M\", \"16G\"]", "Normal", 12, 13)]
    [TestCase("s390x", "", "Normal", 8, 11)]
    [TestCase("riscv64", "", "Normal", 9, 11)]
    public void Files_OfAnArchitecture_ShowItsOrders(string architecture, string top, string zone, int pageblock, int orders)
    {
        var tree = Boot(Text(architecture, top, zone));
        var buddyinfo = tree.Read("proc/buddyinfo").TrimEnd('\n');
        Assert.That(buddyinfo[(buddyinfo.IndexOf(zone, StringComparison.Ordinal) + zone.Length)..].Split(' ', StringSplitOptions.RemoveEmptyEntries),
            Has.Length.EqualTo(orders));
        var pagetypeinfo = tree.Read("proc/pagetypeinfo");
        Assert.That(pagetypeinfo, Does.StartWith($"Page block order: {pageblock}\nPages per block:  {1 << pageblock}\n\n"));
        Assert.That(pagetypeinfo.Split('\n')[3].Split(' ', StringSplitOptions.RemoveEmptyEntries)[^1], Is.EqualTo($"{orders - 1}"));
        // All of 2 GiB is free, in the largest pieces.
        var pages = (2L << 30) / tree.Machine.PageSizeBytes;
        Assert.That(buddyinfo, Does.EndWith($" {pages >> (orders - 1)} "));
        Assert.That(pagetypeinfo, Does.Match($@"zone +{zone} +0 +{pages >> pageblock} "));
        if (tree.Exists("sys/kernel/debug/extfrag/unusable_index"))
            Assert.That(tree.Read("sys/kernel/debug/extfrag/unusable_index").TrimEnd().Split(' ')[^orders..], Is.All.EqualTo("0.000"));
    }

    [Test]
    public void KernelPages_TakeWholePageblocks()
    {
        var tree = Boot(Text("arm64", "page_size = \"64K\"", "Normal"));
        Assert.That(tree.Write("hotplugfs/load/start", "id=k size=1M node=0 policy=bind kind=kernel").IsOk, tree.Log);
        Assert.That(tree.Read("proc/pagetypeinfo"), Does.Match(@"Node 0, zone +Normal +1 +3 "));
        Assert.That(tree.Read("proc/buddyinfo"), Does.Match(@"zone +Normal +0 +0 +0 +0 +1 +1 +1 +1 +1 +1 +1 +1 +1 +3 \n"));
        tree = Boot(Text("ppc64le", "", "Normal"));
        Assert.That(tree.Write("hotplugfs/load/start", "id=k size=1M node=0 policy=bind kind=kernel").IsOk, tree.Log);
        // All eight pageblocks of the piece of order 8 that the kernel's pages were split from.
        Assert.That(tree.Read("proc/pagetypeinfo"), Does.Match(@"Node 0, zone +Normal +8 +1016 "));
        Assert.That(tree.Read("proc/pagetypeinfo"), Does.Match(@"type +Unmovable +0 +0 +0 +0 +1 +1 +1 +1 +0 \n"));
    }

    /// <summary>Debian's 6.12.117 for arm64 with pages of 16 KiB and 18 GiB: at most 11 pageblocks for each zone.</summary>
    [Test]
    public void MinFree_With16KPages_IsAsSeen()
    {
        var tree = Boot(Text("arm64", "page_size = \"16K\"", "DMA", "128M").Replace("8-11", "8-31", StringComparison.Ordinal)
            + "\n[[memory]]\nnode = 0\nblocks = \"32-151\"\nzone = \"Normal\"\n"
            + Figures("DMA", 65536, 262144, 190263) + Figures("Normal", 262144, 1245184, 974707));
        Assert.That(tree.Read("proc/sys/vm/min_free_kbytes"), Is.EqualTo("720896\n"));
        Assert.That(tree.Read("proc/zoneinfo"), Does.Match(Marks(7358, 9197, 11036)).And.Match(Marks(37697, 47121, 56545)));
    }

    /// <summary>Debian's 6.12.95 for ppc64le with pages of 64 KiB and 3 GiB.</summary>
    [Test]
    public void MinFree_OfPpc64le_IsAsSeen()
    {
        var tree = Boot(Text("ppc64le", "", "Normal", "256M").Replace("8-11", "0-11", StringComparison.Ordinal) + Figures("Normal", 0, 49152, 48120));
        Assert.That(tree.Read("proc/sys/vm/min_free_kbytes"), Is.EqualTo("22528\n"));
        Assert.That(tree.Read("proc/zoneinfo"), Does.Match(Marks(352, 440, 528)));
    }

    /// <summary>Without khugepaged only the root of 16 times the memory in KiB holds, at boot and afterwards (docs/kernels.md).</summary>
    [TestCase("true", 22528, 352)]
    [TestCase("false", 7019, 109)]
    public void MinFree_WithoutTransparentHugePages_IsTheRootOfTheMemory(string transparentHugePages, int kib, int min)
    {
        var tree = Boot(Text("ppc64le", $"transparent_hugepages = {transparentHugePages}", "Normal", "256M")
            .Replace("8-11", "0-11", StringComparison.Ordinal) + Figures("Normal", 0, 49152, 48120));
        Assert.That(tree.Read("proc/sys/vm/min_free_kbytes"), Is.EqualTo($"{kib}\n"));
        Assert.That(tree.Read("proc/zoneinfo"), Does.Match($@" min +{min}\n"));
    }

    [Test]
    public void MinFree_AfterAnOnlineWithoutTransparentHugePages_IsTheRootOfTheMemory()
    {
        var tree = Boot(Text("x86_64", "transparent_hugepages = false", "DMA32", "128M") + """

            state = "offline"
            [[memory]]
            node = 0
            blocks = "12-19"
            zone = "DMA32"

            """);
        Assert.That(tree.Write("memory/memory8/state", "online").IsOk, tree.Log);
        // The first pass leaves out what the old marks keep, which is less than a hundredth.
        var pages = tree.Machine.PossibleNodes.SelectMany(node => node.Zones).Sum(zone => zone.ManagedPages);
        var kib = long.Parse(tree.Read("proc/sys/vm/min_free_kbytes"), CultureInfo.InvariantCulture);
        Assert.That(kib, Is.InRange((long)Math.Sqrt(pages * 64 * 0.99), (long)Math.Sqrt(pages * 64)));
    }

    private static string Figures(string zone, long start, long end, long managed) =>
        $"\n[[zone]]\nnode = 0\nzone = \"{zone}\"\nstart_pfn = {start}\nend_pfn = {end}\npresent_pages = {end - start}\nmanaged_pages = {managed}\n";

    private static string Marks(int min, int low, int high) => $@" min +{min}\n +low +{low}\n +high +{high}\n";

    /// <summary>5 % of the memory, because 11 pageblocks for each zone would be more.</summary>
    [Test]
    public void MinFree_OfArm64With64KPages_IsFivePercent()
    {
        var tree = Boot(MachineFile.Load("arm64-64k"));
        var kib = long.Parse(tree.Read("proc/sys/vm/min_free_kbytes"), CultureInfo.InvariantCulture);
        Assert.That(kib, Is.InRange((63L << 20) * 49 / 1000, (63L << 20) * 50 / 1000));
    }

    [TestCase("64K", 8192)]
    [TestCase("16K", 2048)]
    public void HugePages_OfTheDefaultSize_AreWholePageblocks(string pageSize, int pages)
    {
        var tree = Boot(Text("arm64", $"page_size = \"{pageSize}\"", "Normal"));
        Assert.That(tree.Write("proc/sys/vm/nr_hugepages", "2").IsOk);
        Assert.That(tree.Read("proc/sys/vm/nr_hugepages"), Is.EqualTo("2\n"));
        var free = (2L << 30) / tree.Machine.PageSizeBytes - 2 * pages;
        Assert.That(tree.Read("proc/zoneinfo"), Does.Match($@"pages free +{free}\n"));
        Assert.That(tree.Read("proc/buddyinfo"), Does.EndWith($" {free / pages} \n"));
    }

    [Test]
    public void VirtioMem_With64KPages_ResizesByPageblocks()
    {
        var tree = Boot(Text("arm64", "page_size = \"64K\"", "Normal"));
        Assert.That(tree.Write("hotplugfs/virtio_mem", "id=v node=0 max=2G size=2M").Error, Is.EqualTo(Errno.EINVAL));
        Assert.That(tree.LastLogLine, Does.Contain("is not a multiple of the sub-block size 536870912"));
        Assert.That(tree.Write("hotplugfs/virtio_mem", "id=v node=0 max=2G size=512M").IsOk, tree.Log);
    }
}
