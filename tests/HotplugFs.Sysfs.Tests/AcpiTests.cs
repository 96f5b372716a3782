namespace HotplugFs.Sysfs.Tests;

/// <summary>The ACPI devices of the DIMMs, and what holds the pages of a DIMM.</summary>
public sealed class AcpiTests
{
    private const string Device = "sys/bus/acpi/devices/PNP0C80:00";

    [Test]
    public void FirmwareNode_LeadsToTheDeviceOfTheDimm()
    {
        var tree = new TestTree(kernel: "6.12");
        Assert.That(tree.ReadLink("memory/memory40/firmware_node"), Is.EqualTo("../../../LNXSYSTM:00/LNXSYBUS:00/PNP0A06:04/PNP0C80:00"));
        Assert.That(tree.ReadLink(Device), Is.EqualTo("../../../devices/LNXSYSTM:00/LNXSYBUS:00/PNP0A06:04/PNP0C80:00"));
        string Read(string file) => tree.Read($"{TestTree.AcpiContainer}/PNP0C80:01/{file}");
        Assert.That(Read("hid"), Is.EqualTo("PNP0C80\n"));
        Assert.That(Read("uid"), Is.EqualTo("0x01\n"));
        Assert.That(Read("path"), Is.EqualTo("\\_SB_.MHPC.MP01\n"));
        Assert.That(Read("status"), Is.EqualTo("15\n"));
        Assert.That(Read("uevent"), Is.EqualTo("MODALIAS=acpi:PNP0C80:\n"));
        Assert.That(Read("power/control"), Is.EqualTo("auto\n"));
    }

    [Test]
    public void Eject_RemovesTheDimmAndWhatBelongsToIt()
    {
        var tree = new TestTree("memoryless-node", "6.12");
        var names = tree.Machine.Dimms.Select(dimm => dimm.AcpiName).ToArray();
        foreach (var name in names)
        {
            Assert.That(tree.Exists("node/node1"));
            Assert.That(tree.Write($"{TestTree.AcpiContainer}/{name}/eject", "1\n").IsOk);
            Assert.That(tree.Exists($"sys/bus/acpi/devices/{name}"), Is.False);
        }
        Assert.That(tree.Exists("node/node1"), Is.False, "the node leaves with its last DIMM");
        Assert.That(tree.Machine.Dimms, Is.Empty);
    }

    [Test]
    public void Eject_OfABusyDimm_SucceedsAndIsRefusedInTheLog()
    {
        var tree = new TestTree(kernel: "6.12");
        Assert.That(tree.Write("memory/memory40/state", "online_kernel").IsOk);
        Assert.That(tree.Write("memory/memory41/state", "online_movable").IsOk);
        Assert.That(tree.Read("hotplugfs/dimms/dimm0/idle"), Is.EqualTo("1\n"));
        Assert.That(tree.Write("hotplugfs/load/start", "id=slab kind=kernel size=600M node=1").IsOk, tree.Log);
        Assert.That(tree.Write("hotplugfs/load/start", "id=app size=1M node=1").IsOk, tree.Log);
        Assert.That(tree.Read("hotplugfs/dimms/dimm0/idle"), Is.EqualTo("0\n"));
        Assert.That(tree.Read("hotplugfs/dimms/dimm0/loads"), Does.Match("^slab [0-9]+\napp 256\n$"));
        const string eject = TestTree.AcpiContainer + "/PNP0C80:00/eject";
        Assert.That(tree.Write(eject, "0").Error, Is.EqualTo(Errno.EINVAL));
        Assert.That(tree.Write(eject, "1").IsOk);
        Assert.That(tree.LastLogLine, Does.StartWith("dimm dimm0: unplug refused: memory40 cannot go offline"));
        Assert.That(tree.Read("memory/memory41/state"), Is.EqualTo("online\n"));
        Assert.That(tree.Read("hotplugfs/dimms/dimm0/loads"), Does.Match("^slab [0-9]+\n$"), "the pages of the program moved away");
    }

    /// <summary>3.8 gives each DIMM a name that none had before (recording <c>3.8-mny-c-eject:15</c>); later kernels use the free one.</summary>
    [TestCase("3.8", "PNP0C80:02")]
    [TestCase("6.12", "PNP0C80:00")]
    public void DimmPluggedAgain_HasANameOfTheKernel(string kernel, string name)
    {
        var tree = new TestTree(kernel: kernel);
        var events = new List<string>();
        tree.MachineTree.Uevents.Sent += message => events.Add(message.DevPath);
        Assert.That(tree.Write("hotplugfs/dimms/unplug", "dimm0").IsOk, tree.Log);
        events.Clear();
        Assert.That(tree.Write("hotplugfs/dimms/plug", "node=1 size=512M id=dimm0 at=5G").IsOk, tree.Log);
        Assert.That(tree.Tree.Find($"sys/bus/acpi/devices/{name}").IsOk);
        Assert.That(events.Any(path => path.EndsWith(name, StringComparison.Ordinal)), Is.EqualTo(kernel == "3.8"));
    }
}
