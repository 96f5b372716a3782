namespace HotplugFs.Sysfs.Tests;

public sealed class MachineTreeTests
{
    [Test]
    public void State_OnlineMovable_FollowsTheRuleAndLogsTheReason()
    {
        var tree = new TestTree();
        Assert.That(tree.Write("memory/memory40/state", "online_movable\n").Error, Is.EqualTo(Errno.EINVAL));
        Assert.That(tree.LastLogLine, Is.EqualTo(
            "memory40: online_movable refused: not at the end of zone Normal of node 1 (40 of 34-43) [not-at-boundary]"));
        Assert.That(tree.Write("memory/memory43/state", "online_movable\n").Value, Is.EqualTo(15));
        Assert.That(tree.Read("memory/memory43/state"), Is.EqualTo("online\n"));
        Assert.That(tree.Read("memory/memory43/online"), Is.EqualTo("1\n"));
        Assert.That(tree.Read("memory/memory43/valid_zones"), Is.EqualTo("Movable Normal\n"));
        Assert.That(tree.Read("memory/memory42/valid_zones"), Is.EqualTo("Normal Movable\n"));
    }

    [TestCase("ONLINE")]
    [TestCase("online ")]
    [TestCase("online\n\n")]
    [TestCase("1")]
    [TestCase("\n")]
    public void State_UnknownWord_FailsWithEinvalAndIsLogged(string word)
    {
        var tree = new TestTree();
        Assert.That(tree.Write("memory/memory40/state", word).Error, Is.EqualTo(Errno.EINVAL));
        Assert.That(tree.LastLogLine, Does.StartWith("memory40: state: \"").And.EndsWith(
            "refused: not one of online, online_kernel, online_movable, offline [invalid-text]"));
        Assert.That(tree.Read("memory/memory40/state"), Is.EqualTo("offline\n"));
    }

    [Test]
    public void Plug_AddsBlocksLinksAndDimm()
    {
        var tree = new TestTree();
        Assert.That(tree.Write("hotplugfs/dimms/plug", "node=1 size=256M id=dimm2\n").IsOk);
        Assert.That(tree.Changes(), Is.EquivalentTo(new[]
        {
            "sys/devices/system/memory: memory48", "sys/devices/system/memory: memory49",
            "sys/bus/memory/devices: memory48", "sys/bus/memory/devices: memory49",
            "sys/devices/system/node/node1: memory48", "sys/devices/system/node/node1: memory49",
            "hotplugfs/dimms: dimm2", $"{TestTree.AcpiContainer}: PNP0C80:02", "sys/bus/acpi/devices: PNP0C80:02",
        }));
        Assert.That(tree.ReadLink("memory/memory48/node1"), Is.EqualTo("../../node/node1"));
        Assert.That(tree.ReadLink("memory/memory48/firmware_node"), Does.EndWith("/PNP0C80:02"));
        Assert.That(tree.ReadLink("node/node1/memory48"), Is.EqualTo("../../memory/memory48"));
        Assert.That(tree.ReadLink("sys/bus/memory/devices/memory48"), Is.EqualTo("../../../devices/system/memory/memory48"));
        Assert.That(tree.Read("hotplugfs/dimms/dimm2/blocks"), Is.EqualTo("48-49\n"));
        Assert.That(tree.Read("hotplugfs/dimms/dimm2/address"), Is.EqualTo("0x180000000\n"));
        Assert.That(tree.Read("hotplugfs/dimms/dimm2/size"), Is.EqualTo("268435456\n"));
        Assert.That(tree.Read("hotplugfs/dimms/dimm2/node"), Is.EqualTo("1\n"));
    }

    [Test]
    public void Unplug_RemovesBlocksLinksAndDimm()
    {
        var tree = new TestTree();
        Assert.That(tree.Write("hotplugfs/dimms/unplug", "dimm0\n").IsOk);
        Assert.That(tree.Changes(), Has.Member("sys/devices/system/memory: memory40").And.Member("hotplugfs/dimms: dimm0"));
        Assert.That(tree.Exists("memory/memory40"), Is.False);
        Assert.That(tree.Exists("node/node1/memory40"), Is.False);
        Assert.That(tree.Exists("sys/bus/memory/devices/memory40"), Is.False);
        Assert.That(tree.Exists("hotplugfs/dimms/dimm0"), Is.False);
    }

    [Test]
    public void Node_WithoutCpu_IsRemovedAndAddedWithItsMemory()
    {
        var tree = new TestTree("memoryless-node");
        foreach (var dimm in tree.Machine.Dimms.Select(dimm => dimm.Id).ToArray())
            tree.Write("hotplugfs/dimms/unplug", dimm);
        Assert.That(tree.Exists("node/node1"), Is.False);
        Assert.That(tree.Read("node/online"), Is.EqualTo("0\n"));
        tree.Changes();
        tree.Write("hotplugfs/dimms/plug", "node=1 size=128M id=a");
        Assert.That(tree.Changes(), Has.Member("sys/devices/system/node: node1").And.Member("sys/bus/node/devices: node1"));
        Assert.That(tree.Read("node/online"), Is.EqualTo("0-1\n"));
    }

    [Test]
    public void Hugepages_OfANode_ExistWhileItHasMemoryOnline()
    {
        var tree = new TestTree("memoryless-node");
        var block = tree.Machine.Dimms.First().First;
        Assert.That(tree.Exists("node/node1/hugepages"), Is.False);
        tree.Write($"memory/{block}/state", "online");
        Assert.That(tree.Changes(), Is.EqualTo(new[] { "sys/devices/system/node/node1: hugepages" }));
        Assert.That(tree.Exists("node/node1/hugepages"));
        tree.Write($"memory/{block}/state", "offline");
        Assert.That(tree.Changes(), Is.EqualTo(new[] { "sys/devices/system/node/node1: hugepages" }));
        Assert.That(tree.Exists("node/node1/hugepages"), Is.False);
    }

    [Test]
    public void HasMemory_ExistsOnlyWithMovableNode()
    {
        Assert.That(new TestTree(movableNode: false).Exists("node/has_memory"), Is.False);
        Assert.That(new TestTree(movableNode: true).Read("node/has_memory"), Is.EqualTo("0-1\n"));
    }

    [Test]
    public void ErrorInjection_NegativeErrno_RefusesAndOthersAreClamped()
    {
        var tree = new TestTree();
        const string error = "sys/kernel/debug/notifier-error-inject/memory/actions/MEM_GOING_OFFLINE/error";
        Assert.That(tree.Write(error, "-12\n").IsOk);
        Assert.That(tree.Write("memory/memory34/state", "offline").Error, Is.EqualTo(Errno.ENOMEM));
        Assert.That(tree.Read("memory/memory34/state"), Is.EqualTo("online\n"));
        Assert.That(tree.Write(error, "12").IsOk);
        Assert.That(tree.Read(error), Is.EqualTo("0\n"));
        Assert.That(tree.Write(error, "x").Error, Is.EqualTo(Errno.EINVAL));
    }

    [Test]
    public void Power_Control_KeepsTheValueOfEachDevice()
    {
        var tree = new TestTree();
        Assert.That(tree.Read("memory/memory40/power/control"), Is.EqualTo("auto\n"));
        Assert.That(tree.Write("memory/memory40/power/control", "on").IsOk);
        Assert.That(tree.Read("memory/memory40/power/control"), Is.EqualTo("on\n"));
        Assert.That(tree.Read("memory/memory41/power/control"), Is.EqualTo("auto\n"));
        Assert.That(tree.Write("memory/memory40/power/control", "off").Error, Is.EqualTo(Errno.EINVAL));
    }

    [Test]
    public void Meminfo_CountsOnlineMemory()
    {
        var tree = new TestTree();
        Assert.That(tree.Read("node/node1/meminfo"), Does.StartWith("Node 1 MemTotal:         524288 kB\n"));
        tree.Write("memory/memory43/state", "online_movable");
        Assert.That(tree.Read("node/node1/meminfo"), Does.StartWith("Node 1 MemTotal:         655360 kB\n"));
        Assert.That(tree.Read("proc/meminfo"), Does.StartWith("MemTotal:        1179648 kB\n"));
        Assert.That(tree.Read("proc/zoneinfo"), Does.Contain("Node 1, zone  Movable"));
    }

    [Test]
    public void OnlinePolicy_Since6_1_ChangesValidZonesAtOnce()
    {
        var tree = new TestTree(kernel: "6.12");
        Assert.That(tree.Read("memory/memory43/valid_zones"), Is.EqualTo("Normal Movable\n"));
        Assert.That(tree.Write("sys/module/memory_hotplug/parameters/online_policy", "auto-movable\n").IsOk);
        Assert.That(tree.Read("memory/memory43/valid_zones"), Is.EqualTo("Movable Normal\n"));
        Assert.That(tree.Write("sys/module/memory_hotplug/parameters/auto_movable_ratio", "0").IsOk);
        Assert.That(tree.Read("memory/memory43/valid_zones"), Is.EqualTo("Normal Movable\n"));
        Assert.That(new TestTree().Exists("sys/module/memory_hotplug"), Is.False);
    }

    [TestCase("memory40")]
    [TestCase("memory40\n")]
    [TestCase("memory40\0x")]
    public void DriversProbe_DeviceThatExists_IsAccepted(string device) =>
        Assert.That(new TestTree().Write("sys/bus/memory/drivers_probe", device).Value, Is.EqualTo(device.Length));

    [TestCase("memory48")]
    [TestCase("memory040")]
    [TestCase("memory40 ")]
    [TestCase("x")]
    public void DriversProbe_NoSuchDevice_IsEnodevAndLogged(string device)
    {
        var tree = new TestTree();
        Assert.That(tree.Write("sys/bus/memory/drivers_probe", device).Error, Is.EqualTo(Errno.ENODEV));
        Assert.That(tree.LastLogLine, Does.EndWith("refused: /sys/bus/memory/devices has no device of this name [not-found]"));
    }

    [TestCase("6.12", "force")]
    [TestCase("6.1", "N")]
    public void MemmapOnMemory_Forced_ReadsAsTheKernelKnowsIt(string kernel, string expected)
    {
        var file = Path.GetTempFileName();
        File.WriteAllText(file, $"""
            block_size = "128M"
            kernel = "{kernel}"
            memmap_on_memory = "force"
            [[node]]
            number = 0
            [[memory]]
            node = 0
            blocks = "32-33"
            zone = "Normal"
            """);
        var tree = new TestTree(file, kernel);
        File.Delete(file);
        Assert.That(tree.Read("sys/module/memory_hotplug/parameters/memmap_on_memory"), Is.EqualTo($"{expected}\n"));
    }

    [TestCase("cpulist")]
    [TestCase("cpumap")]
    public void CpuMasks_Since6_1_KeepTheLastByteBack(string name)
    {
        var tree = new TestTree(kernel: "6.12");
        var file = tree.Tree.Open(tree.Find($"node/node1/{name}"), OpenFlags.ReadOnly).Value;
        var length = file.Read(0, new byte[100]).Value;
        Assert.That(file.Read(0, new byte[1]).Value, Is.Zero);
        Assert.That(file.Read(0, new byte[2]).Value, Is.EqualTo(1));
        Assert.That(file.Read(length, new byte[9]).Value, Is.Zero);
        Assert.That(file.Read(length + 1, new byte[9]).Error, Is.EqualTo(Errno.EPERM));
        Assert.That(file.Read(1 << 16, new byte[9]).Value, Is.Zero);
    }

    [Test]
    public void ControlFiles_DescribeTheMachine()
    {
        var tree = new TestTree();
        Assert.That(tree.Read("hotplugfs/machine"), Is.EqualTo("as described\n"));
        Assert.That(tree.Read("hotplugfs/kernel"), Is.EqualTo("4.9\n"));
        Assert.That(tree.Log, Is.Empty);
    }

    [TestCase("", "node= is missing")]
    [TestCase("node=1 size=128M", "id= is missing")]
    [TestCase("node=1 size=128M id=a id=b", "id= is given twice")]
    [TestCase("node=1 size=128M id=a nod=2", "\"nod=2\" is unknown")]
    [TestCase("node=x size=128M id=a", "node=x is not a node number")]
    [TestCase("node=1 size=lots id=a", "size=lots is not a size")]
    [TestCase("node=1 size=128M id=../a", "id=../a is not a valid name")]
    [TestCase("node=1 size=128M id=plug", "id=plug is not a valid name")]
    [TestCase("node=1 size=128M id=a at=there", "at=there is not an address")]
    public void Plug_InvalidText_FailsWithEinvalAndLogsTheProblem(string text, string expected)
    {
        var tree = new TestTree();
        // A write of no bytes is never passed on, so the empty request is a newline.
        Assert.That(tree.Write("hotplugfs/dimms/plug", text + "\n").Error, Is.EqualTo(Errno.EINVAL));
        Assert.That(tree.LastLogLine, Does.StartWith("dimms/plug: ").And.Contain(expected));
    }

    [Test]
    public void Unplug_UnknownDimm_LogsTheKnownOnes()
    {
        var tree = new TestTree();
        Assert.That(tree.Write("hotplugfs/dimms/unplug", "dimm7").Error, Is.EqualTo(Errno.ENOENT));
        Assert.That(tree.LastLogLine, Is.EqualTo("dimms/unplug: no dimm is named \"dimm7\" (plugged: dimm0, dimm1) [not-found]"));
    }

    [Test]
    public void Log_NewLine_WakesPollers()
    {
        var tree = new TestTree();
        var file = tree.Tree.Open(tree.Tree.Find("hotplugfs/log").Value, OpenFlags.ReadOnly).Value;
        file.Waiter = 7;
        tree.Write("memory/memory40/state", "bogus");
        var waiters = new List<ulong>();
        tree.Tree.OpenFiles.TakeWakeUps(waiters);
        Assert.That(waiters, Is.EqualTo(new[] { 7UL }));
    }
}
