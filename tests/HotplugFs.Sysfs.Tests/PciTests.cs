using HotplugFs.Kernels;
using HotplugFs.Machines;
using HotplugFs.Machines.Files;

namespace HotplugFs.Sysfs.Tests;

/// <summary>PCI devices from <c>[[pci]]</c>.</summary>
public sealed class PciTests
{
    private const string Card = "sys/devices/pci0000:3b/0000:3b:00.0";

    private const string Devices = """
        [[pci]]
        address = "0000:3b:00.0"
        node = 1
        class = "0x020000"
        vendor = "0x8086"
        device = "0x1572"
        subsystem_vendor = "0x8086"
        subsystem_device = "0x0004"
        revision = "0x02"

        [[pci]]
        address = "0000:00:1f.2"
        class = "0x010601"
        vendor = "0x8086"
        device = "0xa182"
        """;

    [Test]
    public void Device_HasTheFilesThatShowWhereItIs()
    {
        var tree = Boot();
        Assert.That(tree.List("sys/bus/pci/devices"), Is.EqualTo(["0000:3b:00.0", "0000:00:1f.2"]));
        Assert.That(tree.ReadLink("sys/bus/pci/devices/0000:3b:00.0"), Is.EqualTo("../../../devices/pci0000:3b/0000:3b:00.0"));
        Assert.That(tree.Read($"{Card}/numa_node"), Is.EqualTo("1\n"));
        Assert.That(tree.Read($"{Card}/local_cpulist"), Is.EqualTo("1\n"));
        Assert.That(tree.Read($"{Card}/local_cpus"), Is.EqualTo("2\n"));
        Assert.That(tree.Read($"{Card}/class"), Is.EqualTo("0x020000\n"));
        Assert.That(tree.Read($"{Card}/resource").Split('\n'), Has.Length.EqualTo(8));
        Assert.That(tree.Read($"{Card}/revision"), Is.EqualTo("0x02\n"));
        Assert.That(tree.Read($"{Card}/uevent"), Is.EqualTo(
            "PCI_CLASS=20000\nPCI_ID=8086:1572\nPCI_SUBSYS_ID=8086:0004\nPCI_SLOT_NAME=0000:3b:00.0\n"
            + "MODALIAS=pci:v00008086d00001572sv00008086sd00000004bc02sc00i00\n"));
        Assert.That(tree.Read("sys/devices/pci0000:00/0000:00:1f.2/numa_node"), Is.EqualTo("-1\n"));
        Assert.That(tree.Read("sys/devices/pci0000:00/0000:00:1f.2/local_cpulist"), Is.EqualTo("0-1\n"));
    }

    [Test]
    public void Config_HoldsTheRegistersOfTheHeader()
    {
        var tree = Boot();
        var file = tree.Tree.Open(tree.Find($"{Card}/config"), OpenFlags.ReadOnly).Value;
        var bytes = new byte[512];
        Assert.That(file.Read(0, bytes).Value, Is.EqualTo(256));
        Assert.That(Convert.ToHexString(bytes.AsSpan(0, 16)), Is.EqualTo("86807215" + "00000000" + "02000002" + "00000000"));
        Assert.That(Convert.ToHexString(bytes.AsSpan(0x2C, 4)), Is.EqualTo("86800400"));
    }

    [Test]
    public void NumaNode_CanBeCorrected_AndIsSaved()
    {
        var tree = Boot();
        Assert.That(tree.Write($"{Card}/numa_node", "7").Error, Is.EqualTo(Errno.EINVAL));
        Assert.That(tree.LastLogLine, Is.EqualTo("0000:3b:00.0: numa_node refused: node 7 is not online [not-found]"));
        Assert.That(tree.Write($"{Card}/numa_node", "x").Error, Is.EqualTo(Errno.EINVAL));
        Assert.That(tree.Write("hotplugfs/checkpoint", "before").IsOk);
        Assert.That(tree.Write($"{Card}/numa_node", "0\n").IsOk);
        Assert.That(tree.Read($"{Card}/local_cpulist"), Is.EqualTo("0\n"));
        var text = MachineFile.Write(RunningMachine.Describe("pci", tree.Machine));
        Assert.That(Boot(text).Read($"{Card}/numa_node"), Is.EqualTo("0\n"));
        Assert.That(tree.Write("hotplugfs/restore", "before").IsOk);
        Assert.That(tree.Read($"{Card}/numa_node"), Is.EqualTo("1\n"));
        Assert.That(tree.Write($"{Card}/numa_node", "-1").IsOk);
        Assert.That(tree.Read($"{Card}/numa_node"), Is.EqualTo("-1\n"));
    }

    [Test]
    public void MachineWithoutDevices_HasNoBus() => Assert.That(new TestTree().Exists("sys/bus/pci"), Is.False);

    [TestCase("0000:3b:00.0", "0000:3b:0.0", "is no address of a PCI device; example")]
    [TestCase("0000:00:1f.2", "0000:3b:00.0", "duplicate PCI device 0000:3b:00.0; the first is in line")]
    [TestCase("0x020000", "020000", "class must be a hexadecimal number from \"0x0\" to \"0xffffff\", not \"020000\"")]
    [TestCase("node = 1", "node = 5", "node 5")]
    public void WrongDevice_IsRefusedWithTheLine(string right, string wrong, string problem)
    {
        var text = Text(Devices.Replace(right, wrong, StringComparison.Ordinal));
        Assert.That(Assert.Throws<MachineFileException>(() => MachineFile.Parse("m.toml", "m", text)).Message, Does.Contain(problem));
    }

    private static string Text(string devices) => $"{MachineFile.Write(MachineFile.Load("default"))}\n{devices}\n";

    private static TestTree Boot(string? text = null)
    {
        var kernel = KernelCatalogue.Get("6.12");
        var named = MachineFile.Parse("m.toml", "m", text ?? Text(Devices));
        return new TestTree(new Engine.Machine(named.Definition, kernel.Rules), kernel.Files);
    }
}
