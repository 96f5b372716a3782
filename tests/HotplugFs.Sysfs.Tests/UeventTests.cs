using HotplugFs.Sysfs.Uevents;

namespace HotplugFs.Sysfs.Tests;

public sealed class UeventTests
{
    private static (TestTree Tree, List<string> Sent) Listen(string machine = "default", string kernel = "4.9")
    {
        var tree = new TestTree(machine, kernel);
        var sent = new List<string>();
        tree.MachineTree.Uevents.Sent += message =>
            sent.Add($"{message.Action}@{message.DevPath} {message.Subsystem} {string.Join(' ', message.Extra)}".TrimEnd());
        return (tree, sent);
    }

    [Test]
    public void ToBytes_HasTheKernelsFormat()
    {
        var message = new UeventMessage("add", "/devices/system/memory/memory40", "memory", 834);
        Assert.That(Encoding.ASCII.GetString(message.ToBytes()), Is.EqualTo(
            "add@/devices/system/memory/memory40\0ACTION=add\0DEVPATH=/devices/system/memory/memory40\0SUBSYSTEM=memory\0SEQNUM=834\0"));
    }

    [Test]
    public void Block_OnlineAndOffline_SendsOneEachAndNoneForRefusals()
    {
        var (tree, sent) = Listen();
        tree.Write("memory/memory40/state", "online_movable");
        tree.Write("memory/memory43/state", "online_movable");
        tree.Write("memory/memory43/state", "online");
        tree.Write("memory/memory43/online", "0");
        tree.Write("memory/memory43/online", "0");
        Assert.That(sent, Is.EqualTo(new[]
        {
            "online@/devices/system/memory/memory43 memory", "offline@/devices/system/memory/memory43 memory",
        }));
    }

    [Test]
    public void Dimm_PluggedAndUnplugged_SendsBlocksThenNode()
    {
        var (tree, sent) = Listen("memoryless-node", "6.1");
        foreach (var dimm in tree.Machine.Dimms.Select(dimm => dimm.Id).ToArray())
            tree.Write("hotplugfs/dimms/unplug", dimm);
        sent.Clear();
        tree.Write("memory/auto_online_blocks", "online");
        tree.Write("hotplugfs/dimms/plug", "node=1 size=256M id=d at=4G");
        tree.Write("hotplugfs/dimms/unplug", "d");
        Assert.That(sent, Is.EqualTo(new[]
        {
            "add@/devices/system/memory/memory32 memory", "add@/devices/system/memory/memory33 memory",
            "add@/devices/system/node/node1 node",
            "online@/devices/system/memory/memory32 memory", "online@/devices/system/memory/memory33 memory",
            "offline@/devices/system/memory/memory32 memory", "offline@/devices/system/memory/memory33 memory",
            "remove@/devices/system/memory/memory32 memory", "remove@/devices/system/memory/memory33 memory",
            "remove@/devices/system/node/node1 node",
        }));
    }

    [Test]
    public void Dimm_PluggedInto6_12_EndsWithItsContainer()
    {
        var (tree, sent) = Listen(kernel: "6.12");
        tree.Write("hotplugfs/dimms/plug", "node=1 size=128M id=d");
        Assert.That(sent[^1], Is.EqualTo("online@/devices/system/container/PNP0A06:04 container"));
    }

    [TestCase("memory/memory40/uevent", "change@/devices/system/memory/memory40 memory SYNTH_UUID=0")]
    [TestCase("node/node1/uevent", "change@/devices/system/node/node1 node SYNTH_UUID=0")]
    [TestCase("sys/bus/memory/uevent", "change@/bus/memory bus SYNTH_UUID=0")]
    [TestCase("sys/module/memory_hotplug/uevent", "change@/module/memory_hotplug module SYNTH_UUID=0")]
    [TestCase("memory/uevent", null)]
    [TestCase("node/uevent", null)]
    public void UeventFile_Action_IsSentAsSynthetic(string file, string? expected)
    {
        var (tree, sent) = Listen(kernel: "6.12");
        Assert.That(tree.Write(file, "change\n").IsOk);
        Assert.That(sent, Is.EqualTo(expected is null ? [] : new[] { expected }));
    }

    [Test]
    public void UeventFile_WithUuidAndPairs_AddsThem()
    {
        var (tree, sent) = Listen(kernel: "6.12");
        tree.Write("memory/memory40/uevent", "add fe4d7c9d-b8c6-4a70-9ef1-3d8a58d18eed A=1 B=abc");
        Assert.That(sent, Is.EqualTo(new[]
        {
            "add@/devices/system/memory/memory40 memory SYNTH_UUID=fe4d7c9d-b8c6-4a70-9ef1-3d8a58d18eed SYNTH_ARG_A=1 SYNTH_ARG_B=abc",
        }));
        Assert.That(tree.Write("memory/memory40/uevent", "add not-a-uuid").Error, Is.EqualTo(Errno.EINVAL));
        Assert.That(tree.Write("memory/memory40/uevent", "add fe4d7c9d-b8c6-4a70-9ef1-3d8a58d18eed A=").Error, Is.EqualTo(Errno.EINVAL));
        Assert.That(sent, Has.Count.EqualTo(1));
    }

    [Test]
    public void UeventFile_OfOldKernels_AcceptsEverythingAndSendsPlainActions()
    {
        var (tree, sent) = Listen();
        Assert.That(tree.Write("memory/memory40/uevent", "add").IsOk);
        Assert.That(tree.Write("memory/memory40/uevent", "bogus").IsOk);
        Assert.That(tree.Write("memory/memory40/uevent", "bind").IsOk);
        Assert.That(sent, Is.EqualTo(new[] { "add@/devices/system/memory/memory40 memory" }));
    }

    [Test]
    public void UeventsFile_HasOneJsonObjectPerLine()
    {
        var (tree, _) = Listen();
        tree.Write("memory/memory43/state", "online");
        Assert.That(tree.Read("hotplugfs/uevents"), Is.EqualTo(
            "{\"ACTION\":\"online\",\"DEVPATH\":\"/devices/system/memory/memory43\",\"SUBSYSTEM\":\"memory\",\"SEQNUM\":\"1\"}\n"));
    }
}
