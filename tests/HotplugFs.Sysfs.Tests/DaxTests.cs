using HotplugFs.Engine.Memory;
using HotplugFs.Kernels;
using HotplugFs.Machines;
using HotplugFs.Machines.Files;

namespace HotplugFs.Sysfs.Tests;

/// <summary>The dax bus beyond its recordings: saved machines, restored states, faults, tiers and memory maps.</summary>
public sealed class DaxTests
{
    private const string Region = "sys/devices/platform/hmem.0";
    private const string Kmem = "sys/bus/dax/drivers/kmem";

    [Test]
    public void SavedMachine_BootsWithTheSameDevices()
    {
        var tree = Boot();
        Assert.That(tree.Write($"{Kmem}/unbind", "dax0.0").IsOk);
        Assert.That(tree.Write($"{Region}/dax0.0/size", "134217728").IsOk);
        Assert.That(tree.Write($"{Region}/dax_region/create", "1").IsOk);
        Assert.That(tree.Write($"{Region}/dax0.1/align", "4096").IsOk);
        Assert.That(tree.Write($"{Region}/dax0.1/size", "134217728").IsOk);
        Assert.That(tree.Write($"{Kmem}/bind", "dax0.1").IsOk);
        Assert.That(tree.Write("memory/memory9/state", "online_movable").IsOk);
        var text = MachineFile.Write(RunningMachine.Describe("dax", tree.Machine));
        Assert.That(text, Does.Contain("devices = [\"dax0.0 none 0x40000000-0x47ffffff\", \"dax0.1 kmem align=4K 0x48000000-0x4fffffff\"]"));
        var again = Boot(text);
        Assert.That(again.Read($"{Region}/dax0.1/align"), Is.EqualTo("4096\n"));
        Assert.That(again.ReadLink($"{Region}/dax0.1/driver"), Is.EqualTo("../../../../bus/dax/drivers/kmem"));
        Assert.That(again.Exists($"{Region}/dax0.0/driver"), Is.False);
        Assert.That(again.Read("memory/memory9/valid_zones"), Is.EqualTo("Movable\n"));
        Assert.That(MachineFile.Write(RunningMachine.Describe("dax", again.Machine)), Is.EqualTo(text));
        Assert.That(again.Write("memory/memory9/state", "offline").IsOk);
        Assert.That(again.Write($"{Kmem}/unbind", "dax0.1").IsOk);
        Assert.That(again.Exists("memory/memory9"), Is.False);
    }

    [Test]
    public void RestoredState_HasItsDevicesAndDrivers()
    {
        var tree = Boot();
        string[] before = [.. StateText.ReadAll(tree).Where(IsOfBus)];
        Assert.That(tree.Write("hotplugfs/checkpoint", "bound").IsOk);
        Assert.That(tree.Write($"{Kmem}/unbind", "dax0.0").IsOk);
        Assert.That(tree.Write($"{Region}/dax0.0/size", "0").IsOk);
        Assert.That(tree.Write($"{Region}/dax_region/create", "1").IsOk);
        var created = tree.Find($"{Region}/dax0.1");
        Assert.That(tree.Write("sys/bus/dax/drivers/device_dax/new_id", "dax0.1").IsOk);
        Assert.That(tree.Write($"{Region}/driver_override", "hmem\n").IsOk);
        Assert.That(tree.Write("hotplugfs/checkpoint", "two").IsOk);
        tree.Changes();
        Assert.That(tree.Write("hotplugfs/restore", "bound").IsOk);
        Assert.That(StateText.ReadAll(tree).Where(IsOfBus), Is.EqualTo(before));
        Assert.That(tree.Exists($"{Region}/dax0.1"), Is.False);
        Assert.That(tree.Read($"{Region}/dax0.0/size"), Is.EqualTo("268435456\n"));
        Assert.That(tree.Changes(), Does.Contain("?: dax0.1").And.Contain("?: 252:1").And.Contain("?: driver").And.Contain("?: mapping0"));
        Assert.That(tree.Write("hotplugfs/restore", "two").IsOk);
        Assert.That(tree.Find($"{Region}/dax0.1"), Is.Not.EqualTo(created), "another life of the device");
        Assert.That(tree.Read($"{Region}/driver_override"), Is.EqualTo("hmem\n"));
    }

    [Test]
    public void Mapping_AppearsAndDisappearsWithItsRange()
    {
        var tree = Boot();
        Assert.That(tree.Write($"{Kmem}/unbind", "dax0.0").IsOk);
        tree.Changes();
        Assert.That(tree.Write($"{Region}/dax0.0/size", "0").IsOk);
        Assert.That(tree.Changes(), Does.Contain("?: mapping0"));
        Assert.That(tree.Exists($"{Region}/dax0.0/mapping0"), Is.False);
        for (var i = 0; i < DaxRegion.RangesMax; i++)
            Assert.That(tree.Write($"{Region}/dax0.0/mapping", $"{0x40000000 + i * 0x400000:x}-{0x401fffff + i * 0x400000:x}").IsOk, Is.True);
        Assert.That(tree.Write($"{Region}/dax0.0/mapping", "4fe00000-4fffffff").Error, Is.EqualTo(Errno.ENOSPC));
        Assert.That(tree.LastLogLine, Is.EqualTo("dax0.0: mapping refused: it has 8 ranges [too-many]"));
        Assert.That(tree.Write($"{Region}/dax0.0/size", "268435456").Error, Is.EqualTo(Errno.ENOSPC));
        Assert.That(tree.Read($"{Region}/dax0.0/size"), Is.EqualTo("16777216\n"), "a resize that fails changes nothing");
    }

    [Test]
    public void Faults_OfPlugAndUnplug_ActOnKmem()
    {
        var tree = Boot();
        Assert.That(tree.Write("hotplugfs/faults", "node1 unplug EBUSY times=1").IsOk);
        Assert.That(tree.Write($"{Kmem}/unbind", "dax0.0").IsOk, "the driver always lets the device go");
        Assert.That(tree.Exists("memory/memory8"), "its blocks stay");
        Assert.That(tree.Write($"{Kmem}/bind", "dax0.0").Error, Is.EqualTo(Errno.EBUSY));
        tree = Boot();
        Assert.That(tree.Write($"{Kmem}/unbind", "dax0.0").IsOk);
        Assert.That(tree.Write("hotplugfs/faults", "node1 plug ENOMEM times=1").IsOk);
        Assert.That(tree.Write($"{Kmem}/bind", "dax0.0").Error, Is.EqualTo(Errno.ENOMEM));
        Assert.That(tree.LastLogLine, Does.StartWith("dax0.0: bind to kmem refused: ").And.EndsWith("[fault]"));
        Assert.That(tree.Write($"{Kmem}/bind", "dax0.0").IsOk);
    }

    [Test]
    public void Unbind_KeepsTheBlocksOfARangeWithAnOnlineBlock_AndRemovesTheOthers()
    {
        var tree = Boot();
        Assert.That(tree.Write($"{Kmem}/unbind", "dax0.0").IsOk);
        Assert.That(tree.Write($"{Region}/dax0.0/size", "0").IsOk);
        Assert.That(tree.Write($"{Region}/dax0.0/mapping", "40000000-47ffffff").IsOk);
        Assert.That(tree.Write($"{Region}/dax0.0/mapping", "48000000-4fffffff").IsOk);
        Assert.That(tree.Write($"{Kmem}/bind", "dax0.0").IsOk);
        Assert.That(tree.Write("memory/memory8/state", "online_movable").IsOk);
        Assert.That(tree.Write($"{Kmem}/unbind", "dax0.0").IsOk);
        Assert.That((tree.Exists("memory/memory8"), tree.Exists("memory/memory9")), Is.EqualTo((true, false)));
    }

    [Test]
    public void Region_IsTakenForOtherMemory()
    {
        var tree = Boot();
        Assert.That(tree.Write($"{Kmem}/unbind", "dax0.0").IsOk);
        Assert.That(tree.Write("hotplugfs/dimms/plug", "node=0 size=128M id=d at=0x40000000").Error, Is.EqualTo(Errno.EEXIST));
        Assert.That(tree.LastLogLine, Does.Contain("memory8 to memory9 belong to dax region 0"));
        Assert.That(tree.Write("hotplugfs/dimms/plug", "node=0 size=128M id=d").IsOk);
        Assert.That(tree.Read("hotplugfs/dimms/d/blocks"), Is.EqualTo("32\n"), "after the address that devices begin at");
    }

    [Test]
    public void Blocks_CanHoldTheirOwnMemoryMap()
    {
        var tree = Boot($"memmap_on_memory = true\nkernel = \"6.12\"\n{DaxRecordingTests.Machine}");
        Assert.That(tree.Write($"{Region}/dax0.0/memmap_on_memory", "1").Error, Is.EqualTo(Errno.EBUSY));
        Assert.That(tree.Write($"{Kmem}/unbind", "dax0.0").IsOk);
        Assert.That(tree.Write($"{Region}/dax0.0/memmap_on_memory", "1").IsOk);
        Assert.That(tree.Write($"{Kmem}/bind", "dax0.0").IsOk);
        Assert.That(tree.Write("memory/memory8/state", "online_movable").IsOk);
        Assert.That(tree.Machine.FindNode(1)!.Zone(ZoneType.Movable).ManagedPages, Is.EqualTo(32768 - 512));
    }

    [Test]
    public void FirmwareMap_HasTheRegionOnly()
    {
        var tree = Boot();
        string[] entries = [.. tree.List("sys/firmware/memmap").Select(number =>
            $"{tree.Read($"sys/firmware/memmap/{number}/start")}{tree.Read($"sys/firmware/memmap/{number}/type")}".Replace('\n', ' '))];
        Assert.That(entries[^2..], Is.EqualTo(["0x40000000 Soft Reserved ", "0x50000000 System RAM "]));
    }

    [TestCase("4.9", "size = \"256M\"", "dax.toml:24: kernel 4.9 has no dax bus; choose another kernel")]
    [TestCase("6.12", "size = \"3M\"", "dax.toml:24: size must be a multiple of 2M from 2M on, not 3M")]
    [TestCase(
        "6.12", "size = \"256M\"\ndriver = \"pmem\"",
        "dax.toml:25: there is no dax driver \"pmem\"; write \"kmem\", \"device_dax\" or \"none\"")]
    [TestCase("6.12", "size = \"512M\"", "*overlap*")]
    [TestCase("6.12", "size = \"256M\"\ndevices = [\"dax1.0 kmem\"]", "*is no device; example*")]
    [TestCase("6.12", "size = \"256M\"\ndevices = [\"dax0.0 kmem 0x10-0x20\"]", "*0x10-0x20 is not in the region*")]
    public void WrongRegion_IsRefusedWithTheLine(string kernel, string keys, string problem)
    {
        var text = $"kernel = \"{kernel}\"\n{DaxRecordingTests.Machine.Replace("size = \"256M\"", keys, StringComparison.Ordinal)}";
        var pattern = "^" + System.Text.RegularExpressions.Regex.Escape(problem).Replace("\\*", ".*", StringComparison.Ordinal) + "$";
        Assert.That(
            Assert.Throws<MachineFileException>(() => MachineFile.Parse("dax.toml", "dax", text)).Message, Does.Match(pattern));
    }

    private static bool IsOfBus(string line) => line.StartsWith($"/{Region}", StringComparison.Ordinal);

    private static TestTree Boot(string? text = null)
    {
        var named = MachineFile.Parse("dax.toml", "dax", text ?? $"kernel = \"6.12\"\n{DaxRecordingTests.Machine}");
        var kernel = KernelCatalogue.Get("6.12");
        return new TestTree(new Engine.Machine(named.Definition, kernel.Rules), kernel.Files);
    }
}
