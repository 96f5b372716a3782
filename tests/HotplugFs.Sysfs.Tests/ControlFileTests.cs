using HotplugFs.Engine.Memory;
using HotplugFs.Sysfs.Control;

namespace HotplugFs.Sysfs.Tests;

/// <summary>The files below <c>hotplugfs</c>: spans of zones, results of offline requests, virtio-mem devices.</summary>
public sealed class ControlFileTests
{
    private const string OfflineResult = "hotplugfs/offline_result";

    private static string Line(TestTree tree, string start) =>
        tree.Read("hotplugfs/zones").Split('\n').Single(line => line.StartsWith(start + " ", StringComparison.Ordinal));

    [Test]
    public void Zones_MovedBoundary_ShowsInBothSpans()
    {
        var tree = new TestTree();
        Assert.That(Line(tree, "node=1 zone=Normal"), Is.EqualTo(
            "node=1 zone=Normal start_pfn=1114112 spanned=327680 present=131072 managed=131072 initialized=1"));
        tree.Write("memory/memory43/state", "online_movable");
        Assert.That(Line(tree, "node=1 zone=Normal"), Does.Contain(" start_pfn=1114112 spanned=294912 present=131072 "));
        Assert.That(Line(tree, "node=1 zone=Movable"), Is.EqualTo(
            "node=1 zone=Movable start_pfn=1409024 spanned=32768 present=32768 managed=32768 initialized=1"));
        Assert.That(Line(tree, "node=1 zone=node"), Is.EqualTo(
            "node=1 zone=node start_pfn=1114112 spanned=327680 present=163840 managed=163840"));
    }

    [Test]
    public void Zones_EmptiedZone_StaysListedWithoutASpan()
    {
        var tree = new TestTree();
        tree.Write("memory/memory43/state", "online_movable");
        tree.Write("memory/memory43/state", "offline");
        tree.Write("memory/memory43/state", "online_kernel");
        Assert.That(Line(tree, "node=1 zone=Movable"), Does.EndWith(" spanned=0 present=0 managed=0 initialized=1"));
        Assert.That(tree.Read("hotplugfs/zones"), Does.Not.Contain("node=0 zone=Movable"));
    }

    [TestCase("EBUSY", Errno.EBUSY)]
    [TestCase("EAGAIN\n", Errno.EAGAIN)]
    [TestCase("47 EAGAIN", Errno.EAGAIN)]
    [TestCase("success\n47 EBUSY\n", Errno.EBUSY)]
    public void OfflineResult_Failure_IsTheResultOfAnAllowedOffline(string setting, Errno expected)
    {
        var tree = new TestTree();
        tree.Write("memory/memory47/state", "online");
        Assert.That(tree.Write(OfflineResult, setting).Value, Is.EqualTo(setting.Length));
        Assert.That(tree.Write("memory/memory47/state", "offline").Error, Is.EqualTo(expected));
        Assert.That(tree.Read("memory/memory47/state"), Is.EqualTo("online\n"));
        Assert.That(tree.LastLogLine, Does.StartWith("memory47: offline refused: "));
    }

    /// <summary>The log names what made the request fail, and never the kernel's pages if it was the setting.</summary>
    [TestCase("EBUSY", 32, "fault 1 (EBUSY) [fault]")]
    [TestCase("47 EAGAIN", 47, "fault 1 (EAGAIN) [fault]")]
    [TestCase("EBUSY\n32 default", 32, "it holds pages of the kernel, which cannot be moved away [unmovable-pages]")]
    public void OfflineResult_RefusedRequest_LogNamesTheReason(string setting, int block, string reason)
    {
        var tree = new TestTree();
        tree.Write("memory/memory47/state", "online");
        tree.Write(OfflineResult, setting);
        tree.Write($"memory/memory{block}/state", "offline");
        Assert.That(tree.LastLogLine, Is.EqualTo($"memory{block}: offline refused: {reason}"));
    }

    [Test]
    public void OfflineResult_RefusedUnplugAndSoftOffline_NeverBlamesTheKernelsPages()
    {
        var tree = new TestTree();
        tree.Write("memory/memory40/state", "online");
        tree.Write(OfflineResult, "40 EBUSY");
        Assert.That(tree.Write("hotplugfs/dimms/unplug", "dimm0").Error, Is.EqualTo(Errno.EBUSY));
        Assert.That(tree.Write("memory/soft_offline_page", "0x140000000").Error, Is.EqualTo(Errno.EIO));
        Assert.That(tree.Log, Is.EqualTo("""
            memory40: offline refused: fault 1 (EBUSY) [fault]
            dimm dimm0: unplug: the kernel tries memory40 a second time
            memory40: offline refused: fault 1 (EBUSY) [fault]
            dimm dimm0: unplug refused: memory40 cannot go offline [block-stays-online]
            soft_offline_page: 0x140000000 refused: the page of memory40 cannot be moved away: fault 1 (EBUSY) [fault]

            """));
    }

    [TestCase("46 EBUSY")]
    [TestCase("EBUSY\n47 success")]
    [TestCase("EBUSY\n47 default")]
    [TestCase("EBUSY\ndefault")]
    public void OfflineResult_OfAnotherBlockOrTakenBack_DoesNotApply(string setting)
    {
        var tree = new TestTree();
        tree.Write("memory/memory47/state", "online");
        Assert.That(tree.Write(OfflineResult, setting).IsOk);
        Assert.That(tree.Write("memory/memory47/state", "offline").IsOk);
    }

    [Test]
    public void OfflineResult_Success_FreesABlockWithKernelPagesUntilDefault()
    {
        var tree = new TestTree();
        Assert.That(tree.Write("memory/memory32/state", "offline").Error, Is.EqualTo(Errno.EBUSY));
        tree.Write(OfflineResult, "success");
        Assert.That(tree.Write("memory/memory33/state", "offline").IsOk);
        tree.Write("memory/memory33/state", "online");
        tree.Write(OfflineResult, "default");
        Assert.That(tree.Write("memory/memory32/state", "offline").Error, Is.EqualTo(Errno.EBUSY));
    }

    [Test]
    public void OfflineResult_Read_ShowsTheSettings()
    {
        var tree = new TestTree();
        Assert.That(tree.Read(OfflineResult), Is.EqualTo("default\n"));
        tree.Write(OfflineResult, "47 EBUSY");
        tree.Write(OfflineResult, "33 default");
        Assert.That(tree.Read(OfflineResult), Is.EqualTo("default\n33 default\n47 EBUSY\n"));
        tree.Write(OfflineResult, "success");
        Assert.That(tree.Read(OfflineResult), Is.EqualTo("success\n"));
    }

    [Test]
    public void OfflineResult_OfARemovedBlock_EndsWithTheBlock()
    {
        var tree = new TestTree();
        tree.Write(OfflineResult, "40 EBUSY\n44 EBUSY");
        Assert.That(tree.Write("hotplugfs/dimms/unplug", "dimm0").IsOk);
        Assert.That(tree.Read(OfflineResult), Is.EqualTo("default\n44 EBUSY\n"));
    }

    [TestCase(9)]
    [TestCase(48)]
    [TestCase(int.MaxValue)]
    public void OfflineResult_OfABlockThatIsNotPresent_IsRefused(int block)
    {
        var tree = new TestTree();
        Assert.That(tree.Write(OfflineResult, $"47 EBUSY\n{block} EBUSY").Error, Is.EqualTo(Errno.ENODEV));
        Assert.That(tree.LastLogLine, Is.EqualTo($"offline_result: \"{block} EBUSY\" refused: memory{block} is not present [not-found]"));
        Assert.That(tree.Read(OfflineResult), Is.EqualTo("default\n"));
    }

    [TestCase("ebusy")]
    [TestCase("47")]
    [TestCase("47 ENOMEM")]
    [TestCase("EBUSY 47")]
    [TestCase("-1 EBUSY")]
    [TestCase("EBUSY\nmaybe")]
    public void OfflineResult_InvalidText_FailsWithEinvalAndLogsTheForm(string setting)
    {
        var tree = new TestTree();
        Assert.That(tree.Write(OfflineResult, setting).Error, Is.EqualTo(Errno.EINVAL));
        Assert.That(tree.LastLogLine, Does.StartWith("offline_result: \"").And.EndsWith(
            "refused: write EBUSY, EAGAIN, success, a time such as 2s or default for all blocks, or a block's number and one of these "
            + "[invalid-text]"));
        Assert.That(tree.Read(OfflineResult), Is.EqualTo("default\n"));
    }

    [Test]
    public void MemoryFailure_BuiltWithoutIt_HasNoFiles([Values("4.9", "6.12")] string kernel, [Values] bool isBuilt)
    {
        var tree = new TestTree(kernel: kernel, config: new KernelConfig { MemoryFailure = isBuilt });
        Assert.That(tree.Exists("memory/soft_offline_page"), Is.EqualTo(isBuilt));
        Assert.That(tree.Exists("node/node0/memory_failure"), Is.EqualTo(isBuilt && kernel == "6.12"));
    }

    [TestCase("4.4", false)]
    [TestCase("4.9", true)]
    [TestCase("6.12", true)]
    public void Sync_OfAnAttribute_IsRefusedByOldKernels(string kernel, bool isAccepted) =>
        Assert.That(new TestTree(kernel: kernel).Tree.Sync().IsOk, Is.EqualTo(isAccepted));

    [Test]
    public void VirtioMem_PluggedAndResized_HasTheBlocksOfItsSize()
    {
        var tree = new TestTree(kernel: "6.1");
        Assert.That(tree.Write("hotplugfs/virtio_mem", "id=v0 node=1 max=1G\n").IsOk);
        Assert.That(tree.Write("hotplugfs/virtio_mem", "id=v0 size=256M\n").IsOk);
        Assert.That(tree.Read("hotplugfs/virtio_mem"), Is.EqualTo("id=v0 node=1 max=1073741824 size=268435456 requested=268435456 blocks=48-49\n"));
        Assert.That(tree.Write("hotplugfs/virtio_mem", "id=v0 size=258M").IsOk);
        Assert.That(tree.Read("hotplugfs/virtio_mem"), Is.EqualTo("id=v0 node=1 max=1073741824 size=270532608 requested=270532608 blocks=48-50\n"));
        Assert.That(tree.Exists("memory/memory49/state"));
        Assert.That(tree.Write("hotplugfs/virtio_mem", "id=v0 size=0").IsOk);
        Assert.That(tree.Exists("memory/memory48"), Is.False);
    }

    [Test]
    public void VirtioMem_ThatCouldNotShrink_TriesAgainWhenTheClockIsAdvanced()
    {
        var tree = new TestTree(kernel: "6.12", clock: new ManualClock());
        Assert.That(tree.Write("memory/auto_online_blocks", "online_kernel").IsOk);
        Assert.That(tree.Write("hotplugfs/virtio_mem", "id=v node=1 max=1G size=256M").IsOk);
        Assert.That(tree.Write("hotplugfs/load/start", "id=pipes kind=kernel size=700M node=1").IsOk, tree.Log);
        Assert.That(tree.Write("hotplugfs/virtio_mem", "id=v size=0").IsOk);
        Assert.That(tree.Read("hotplugfs/virtio_mem"), Does.Match(" size=[1-9][0-9]* requested=0 blocks=48-49\n$"));
        Assert.That(tree.Write("hotplugfs/load/stop", "pipes").IsOk);
        tree.Advance("4s");
        Assert.That(tree.Exists("memory/memory48"));
        tree.Advance("1s");
        Assert.That(tree.Exists("memory/memory48"), Is.False);
    }

    [Test]
    public void VirtioMem_DimmPluggedInItsRegion_IsRefusedAndTheDeviceGrows()
    {
        var tree = new TestTree(kernel: "6.12");
        Assert.That(tree.Write("hotplugfs/virtio_mem", "id=v node=1 max=4G").IsOk);
        Assert.That(tree.Write("hotplugfs/dimms/plug", "node=1 size=1G id=d at=0x200000000").Error, Is.EqualTo(Errno.EEXIST));
        Assert.That(tree.LastLogLine, Is.EqualTo("dimm d: plug refused: memory48 to memory79 belong to virtio-mem v [taken]"));
        Assert.That(tree.Write("hotplugfs/virtio_mem", "id=v size=4G").IsOk);
        Assert.That(tree.Write("hotplugfs/dimms/plug", "node=1 size=1G id=d").IsOk);
        Assert.That(tree.Read("hotplugfs/dimms/d/blocks"), Is.EqualTo("80-87\n"));
    }

    [TestCase("v0", Errno.EINVAL)]
    [TestCase("id=v0", Errno.EINVAL)]
    [TestCase("id=v0 node=1 size=1G", Errno.EINVAL)]
    [TestCase("id=v0 node=x max=1G", Errno.EINVAL)]
    [TestCase("id=v0 size=many", Errno.EINVAL)]
    [TestCase("id=v0 size=1G", Errno.ENOENT)]
    [TestCase("id=v0 node=9 max=1G", Errno.EINVAL)]
    public void VirtioMem_InvalidText_IsRefusedAndLogged(string request, Errno expected)
    {
        var tree = new TestTree(kernel: "6.1");
        Assert.That(tree.Write("hotplugfs/virtio_mem", request).Error, Is.EqualTo(expected));
        Assert.That(tree.LastLogLine, Does.StartWith("virtio"));
    }

    [Test]
    public void Blocks_BeyondTheMemoryLimitOfTheProcess_AreRefused()
    {
        var tree = new TestTree("large", "6.12", memoryLeft: 200_000);
        Assert.That(tree.Write("hotplugfs/virtio_mem", "id=v node=1 max=8T").IsOk, tree.Log);
        foreach (var (file, request) in new[] { ("dimms/plug", "node=1 size=256G id=big"), ("virtio_mem", "id=v size=256G") })
        {
            Assert.That(tree.Write("hotplugfs/" + file, request).Error, Is.EqualTo(Errno.ENOMEM));
            Assert.That(tree.LastLogLine, Does.EndWith(
                $"{file}: 2048 blocks need 256 KiB; the memory limit of hotplugfs leaves 195 KiB [not-enough-memory]"));
            Assert.That(tree.Write("hotplugfs/" + file, request.Replace("256G", "128G", StringComparison.Ordinal)).IsOk, tree.Log);
        }
    }
}
