using HotplugFs.Engine;
using HotplugFs.Kernels;
using HotplugFs.Machines.Files;

namespace HotplugFs.Sysfs.Tests;

/// <summary>What the firmware states about the machine.</summary>
public sealed class IdentityTests
{
    private const string Dmi = "sys/devices/virtual/dmi/id";

    [Test]
    public void Dmi_ShowsTheTextsOfTheMachineFile()
    {
        var tree = Tree("bios_vendor = \"Vendor: X\"\nsys_vendor = \"Microsoft Corporation\"\nproduct_serial = \"7\"\n");
        Assert.That(tree.Read($"{Dmi}/sys_vendor"), Is.EqualTo("Microsoft Corporation\n"));
        Assert.That(tree.Read($"{Dmi}/modalias"), Is.EqualTo("dmi:bvnVendorX:svnMicrosoftCorporation:\n"));
        Assert.That(tree.Read($"{Dmi}/uevent"), Is.EqualTo("MODALIAS=dmi:bvnVendorX:svnMicrosoftCorporation:\n"));
        Assert.That(tree.ReadLink($"{Dmi}/subsystem"), Is.EqualTo("../../../../class/dmi"));
        Assert.That(tree.ReadLink("sys/class/dmi/id"), Is.EqualTo("../../devices/virtual/dmi/id"));
        Assert.That(tree.Mode($"{Dmi}/product_serial") & 0xFFF, Is.EqualTo(0x100));
        Assert.That(tree.Exists($"{Dmi}/product_name"), Is.False);
        Assert.That(Tree("").Exists("sys/class"), Is.False);
    }

    [Test]
    public void FirmwareMap_IsTheBootMemory()
    {
        var tree = Tree("");
        Assert.That(tree.List("sys/firmware/memmap"), Is.EqualTo(new[] { "0", "1", "2", "3" }));
        Assert.That(Entry(tree, 1), Is.EqualTo("0x9fc00 0xfffff Reserved"));
        Assert.That(Entry(tree, 2), Is.EqualTo("0x100000 0x1fffffff System RAM"));
        Assert.That(Entry(tree, 3), Is.EqualTo("0x100000000 0x107ffffff System RAM"));
        Assert.That(tree.Exists("sys/firmware/memmap/01"), Is.False);
        Assert.That(tree.Exists("sys/firmware/memmap/4"), Is.False);
    }

    [Test]
    public void FirmwareMap_OfADimm_HasANumberThatIsNotUsedAgain()
    {
        var tree = Tree("");
        var size = tree.Machine.BlockSizeBytes;
        Assert.That(tree.Machine.Plug(new DimmDefinition("a", 0, 2 * size, 8L << 30)).IsOk);
        Assert.That(Entry(tree, 4), Is.EqualTo("0x200000000 0x20fffffff System RAM"));
        Assert.That(tree.Machine.Plug(new DimmDefinition("b", 0, size, 12L << 30)).IsOk);
        Assert.That(tree.Machine.Unplug(tree.Machine.Dimms.Find("a")!).IsOk);
        Assert.That(tree.List("sys/firmware/memmap"), Is.EqualTo(new[] { "0", "1", "2", "3", "5" }));
        Assert.That(tree.Exists("sys/firmware/memmap/4"), Is.False);
        Assert.That(tree.Machine.Plug(new DimmDefinition("c", 0, size, 8L << 30)).IsOk);
        Assert.That(tree.List("sys/firmware/memmap"), Is.EqualTo(new[] { "0", "1", "2", "3", "5", "6" }));
    }

    [Test]
    public void FirmwareMap_ThatTheMachineStates_IsTheMap()
    {
        const string Map = "[[memmap]]\nstart = \"0x0\"\nend = \"0x9e7ff\"\n"
            + "[[memmap]]\nstart = \"0x9e800\"\nend = \"0x9ffff\"\ntype = \"ACPI Tables\"\n";
        var tree = Tree("", Map);
        Assert.That(tree.List("sys/firmware/memmap"), Is.EqualTo(new[] { "0", "1" }));
        Assert.That(Entry(tree, 1), Is.EqualTo("0x9e800 0x9ffff ACPI Tables"));
        var saved = MachineFile.Write(RunningMachine.Describe("now", tree.Machine));
        Assert.That(MachineFile.Parse("m.toml", "m", saved).Definition.FirmwareMap, Is.EqualTo(tree.Machine.FirmwareMap));
    }

    private static string Entry(TestTree tree, int number) =>
        string.Join(' ', ((string[])["start", "end", "type"]).Select(name => tree.Read($"sys/firmware/memmap/{number}/{name}").TrimEnd()));

    private static TestTree Tree(string keys, string more = "")
    {
        var kernel = KernelCatalogue.Get("6.12");
        var text = keys + """
            block_size = "128M"
            [[node]]
            number = 0
            cpus = "0"
            [[memory]]
            node = 0
            blocks = "0-3"
            zone = "DMA32"
            [[memory]]
            node = 0
            blocks = "32"
            zone = "Normal"

            """ + more;
        return new TestTree(new Machine(MachineFile.Parse("m.toml", "m", text).Definition, kernel.Rules), kernel.Files);
    }
}
