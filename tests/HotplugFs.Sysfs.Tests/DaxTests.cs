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
    private const string State = "sys/devices/platform/hmem_platform.0/hmem.0/dax0.0/state";

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
    [TestCase(
        "6.12", "size = \"256M\"\ndevices = [\"dax0.0 kmem state=online\"]",
        "*kernel 6.12 has no state of dax devices; leave state=online out")]
    [TestCase(
        "7.3", "size = \"256M\"\ndevices = [\"dax0.0 kmem state=on\"]",
        "*there is no state \"on\"; write unplugged, offline, online, online_kernel, online_movable")]
    [TestCase("6.12", "size = \"256M\"\ndevices = [\"dax0.0 kmem 0x10-0x20\"]", "*0x10-0x20 is not in the region*")]
    public void WrongRegion_IsRefusedWithTheLine(string kernel, string keys, string problem)
    {
        var text = $"kernel = \"{kernel}\"\n{DaxRecordingTests.Machine.Replace("size = \"256M\"", keys, StringComparison.Ordinal)}";
        var pattern = "^" + System.Text.RegularExpressions.Regex.Escape(problem).Replace("\\*", ".*", StringComparison.Ordinal) + "$";
        Assert.That(
            Assert.Throws<MachineFileException>(() => MachineFile.Parse("dax.toml", "dax", text)).Message, Does.Match(pattern));
    }

    [Test]
    public void State_WhileABlockCannotGo_OnlinesTheOthersAgain()
    {
        var tree = BootNewest();
        Assert.That(tree.Write(State, "unplugged\n").IsOk);
        Assert.That(tree.Write(State, "online_movable").IsOk);
        Assert.That(tree.Write("hotplugfs/offline_result", "9 EAGAIN").IsOk);
        Assert.That(tree.Write(State, "unplugged").Error, Is.EqualTo(Errno.EAGAIN));
        Assert.That(tree.LastLogLine, Does.StartWith(
            "dax0.0: state: unplugged refused: memory9 cannot go offline; the kernel onlines the blocks again that it offlined before"));
        Assert.That(tree.Read(State), Is.EqualTo("online_movable\n"));
        Assert.That(tree.Read("memory/memory8/valid_zones"), Is.EqualTo("Movable\n"));
        Assert.That(tree.Write("hotplugfs/offline_result", "default").IsOk);
        Assert.That(tree.Write(State, "unplugged").IsOk);
        Assert.That((tree.Exists("memory/memory8"), tree.Exists("memory/memory9")), Is.EqualTo((false, false)));
    }

    [Test]
    public void State_WhileMemoryIsInUse_WaitsUntilItHasMoved()
    {
        var tree = BootNewest();
        Assert.That(tree.Write(State, "unplugged").IsOk);
        Assert.That(tree.Write(State, "online_movable").IsOk);
        Assert.That(tree.Write("hotplugfs/load/start", "id=a kind=anon size=200M node=1 policy=bind").IsOk);
        Assert.That(tree.Write("hotplugfs/migration_rate", "2s").IsOk);
        tree.Machine.Caller = new Caller(1);
        Assert.That(tree.Write(State, "unplugged").Error, Is.EqualTo(Errno.EWAITING));
        Assert.That(tree.Read("memory/memory8/state"), Is.EqualTo("going-offline\n"));
        tree.Machine.Now += TimeSpan.FromSeconds(2);
        tree.Machine.Caller = new Caller(1) { HasWaited = true };
        Assert.That(tree.Write(State, "unplugged").Error, Is.EqualTo(Errno.EWAITING), "the second block has pages, too");
        Assert.That(tree.Read("memory/memory8/state"), Is.EqualTo("offline\n"));
        tree.Machine.Caller = new Caller(1) { HasWaited = true, IsInterrupted = true };
        Assert.That(tree.Write(State, "unplugged").Error, Is.EqualTo(Errno.EWAITING), "a signal is seen after a sweep");
        tree.Machine.Now += TimeSpan.FromSeconds(2);
        Assert.That(tree.Write(State, "unplugged").Error, Is.EqualTo(Errno.EINTR));
        Assert.That((tree.Read("memory/memory8/state"), tree.Read("memory/memory9/state")), Is.EqualTo(("online\n", "online\n")));
        Assert.That(tree.Read(State), Is.EqualTo("online_movable\n"));
    }

    [TestCase("unplugged")]
    [TestCase("online_movable")]
    public void State_IsSavedAndRestored(string state)
    {
        var tree = BootNewest();
        Assert.That(tree.Write("hotplugfs/checkpoint", "first").IsOk);
        Assert.That(tree.Write(State, "unplugged").IsOk);
        if (state != "unplugged")
            Assert.That(tree.Write(State, state).IsOk);
        var text = MachineFile.Write(RunningMachine.Describe("dax", tree.Machine));
        Assert.That(text, Does.Contain($"devices = [\"dax0.0 kmem state={state} 0x40000000-0x4fffffff\"]"));
        var again = BootNewest(text);
        Assert.That(again.Read(State), Is.EqualTo($"{state}\n"));
        Assert.That(again.Exists("memory/memory8"), Is.EqualTo(state != "unplugged"));
        Assert.That(MachineFile.Write(RunningMachine.Describe("dax", again.Machine)), Is.EqualTo(text));
        Assert.That(tree.Write("hotplugfs/restore", "first").IsOk);
        Assert.That(tree.Read(State), Is.EqualTo("offline\n"));
        Assert.That(tree.Exists("memory/memory8"));
    }

    [Test]
    public void State_IsThereWhileKmemHasTheDevice()
    {
        var tree = BootNewest();
        Assert.That(tree.Write($"{Kmem}/unbind", "dax0.0").IsOk);
        Assert.That(tree.Changes(), Does.Contain("?: state"));
        Assert.That(tree.Exists(State), Is.False);
        Assert.That(tree.Write("sys/bus/dax/drivers/device_dax/new_id", "dax0.0").IsOk);
        Assert.That(tree.Exists(State), Is.False);
    }

    [Test]
    public void Parent_OfTheRegions_IsADeviceOfItsOwn()
    {
        const string parent = "sys/devices/platform/hmem_platform.0";
        var tree = BootNewest();
        Assert.That(tree.Read($"{parent}/uevent"), Is.EqualTo("DRIVER=hmem_platform\nMODALIAS=platform:hmem_platform\n"));
        Assert.That(tree.Write($"{parent}/driver_override", "none\n").IsOk);
        Assert.That(tree.Write("hotplugfs/checkpoint", "one").IsOk);
        Assert.That(tree.Write($"{parent}/driver_override", "\n").IsOk);
        Assert.That(tree.Read($"{parent}/driver_override"), Is.EqualTo("(null)\n"));
        Assert.That(tree.Write("hotplugfs/restore", "one").IsOk);
        Assert.That(tree.Read($"{parent}/driver_override"), Is.EqualTo("none\n"));
    }

    private static bool IsOfBus(string line) => line.StartsWith($"/{Region}", StringComparison.Ordinal);

    private static TestTree BootNewest(string? text = null) => Boot(text, "7.3");

    private static TestTree Boot(string? text = null, string version = "6.12")
    {
        var named = MachineFile.Parse("dax.toml", "dax", text ?? $"kernel = \"{version}\"\n{DaxRecordingTests.Machine}");
        var kernel = KernelCatalogue.Get(version);
        return new TestTree(new Engine.Machine(named.Definition, kernel.Rules), kernel.Files);
    }
}
