using HotplugFs.Engine.Memory;
using HotplugFs.Kernels;
using HotplugFs.Machines;
using HotplugFs.Machines.Dumps;
using HotplugFs.Machines.Files;

namespace HotplugFs.Sysfs.Tests;

/// <summary>The dump of a simulated tree is the machine again: PCI devices, the dax bus and standby memory.</summary>
public sealed class ImportedDeviceTests
{
    private const string Devices = "sys/bus/pci/devices";

    private static readonly string[] NotHeld = ["/dax_region/create ", "/dax_region/seed ", "/meminfo ", "/numastat ", "/vmstat "];

    private const string Kmem = "sys/bus/dax/drivers/kmem";

    private const string Machine = """
        kernel = "6.12"
        block_size = "128M"
        [[node]]
        number = 0
        cpus = "0"
        distances = [10, 20, 17]
        [[node]]
        number = 1
        cpus = "1"
        distances = [20, 10, 28]
        [[node]]
        number = 2
        distances = [17, 28, 10]
        [[memory]]
        node = 0
        blocks = "0-7"
        zone = "DMA32"
        [[memory]]
        node = 1
        blocks = "32-39"
        zone = "Normal"
        [[dax]]
        node = 1
        size = "256M"
        address = "0x180000000"
        driver = "device_dax"
        [[dax]]
        node = 2
        size = "1G"
        address = "0x200000000"
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

    private static TestTree Boot(NamedMachine machine)
    {
        var kernel = KernelCatalogue.Get(machine.Kernel, machine.Definition.Architecture);
        return new TestTree(new Engine.Machine(machine.Definition, kernel.Rules), kernel.Files);
    }

    private static TestTree Boot(string? text = null) => Boot(MachineFile.Parse("machine.toml", "machine", text ?? Machine));

    private static ImportedMachine Import(TestTree tree, params (string Path, string? Text)[] texts)
    {
        var all = texts.ToDictionary(row => row.Path, row => row.Text);
        all.TryAdd("proc/version", $"Linux version {tree.Machine.Rules.Name}.0 ({tree.Machine.Architecture.Name})");
        return DumpImport.Import("dump", new DumpedTree(tree, all), new Losses());
    }

    /// <summary>
    /// A machine file does not hold which device of a region was created first and last, and a dump not what uses the memory.
    /// </summary>
    private static void AssertSame(TestTree tree, TestTree again, params string[] paths)
    {
        string Text(TestTree described) => string.Join(
            '\n', DumpedTree.Describe(described, paths).Where(line => !NotHeld.Any(file => line.Contains(file, StringComparison.Ordinal))));
        Assert.That(Text(again), Is.EqualTo(Text(tree)));
    }

    private static string[] Spans(TestTree tree) =>
        [.. tree.Read("proc/zoneinfo").Split('\n').Where(line => line.Contains("spanned", StringComparison.Ordinal)
            || line.Contains("present", StringComparison.Ordinal) || line.Contains("start_pfn", StringComparison.Ordinal))];

    private static readonly string[] Compared =
    [
        "sys/bus/pci", "sys/bus/dax", "sys/bus/platform", "sys/devices/pci0000:00", "sys/devices/pci0000:3b", "sys/devices/platform", "sys/dev",
        "sys/firmware", "sys/devices/system/memory", "sys/devices/system/node",
    ];

    [Test]
    public void PciAndDaxDevices_AreThoseOfTheDump()
    {
        var tree = Boot();
        // A region in parts, one of which kmem has; some of its blocks are online.
        Assert.That(tree.Write($"{Kmem}/unbind", "dax1.0").IsOk);
        Assert.That(tree.Write("sys/devices/platform/hmem.1/dax1.0/size", "0").IsOk);
        Assert.That(tree.Write("sys/devices/platform/hmem.1/dax1.0/mapping", "210000000-21fffffff").IsOk);
        Assert.That(tree.Write("sys/devices/platform/hmem.1/dax_region/create", "1").IsOk);
        Assert.That(tree.Write("sys/devices/platform/hmem.1/dax1.1/align", "4096").IsOk);
        Assert.That(tree.Write("sys/devices/platform/hmem.1/dax1.1/size", "268435456").IsOk);
        Assert.That(tree.Write($"{Kmem}/bind", "dax1.0").IsOk);
        Assert.That(tree.Write("memory/memory66/state", "online_movable").IsOk);
        var imported = Import(tree);
        Assert.That(imported.Losses.Lines, Is.Empty);
        Assert.That(imported.Text, Does.Contain(
            "devices = [\"dax1.0 kmem 0x210000000-0x21fffffff\", \"dax1.1 none align=4K 0x200000000-0x20fffffff\"]"));
        var again = Boot(MachineFile.Parse("again.toml", "again", imported.Text));
        AssertSame(tree, again, Compared);
        // They are no boot memory: the driver can remove them.
        foreach (var machine in (TestTree[])[tree, again])
        {
            Assert.That(machine.Write("memory/memory66/state", "offline").IsOk);
            Assert.That(machine.Write($"{Kmem}/unbind", "dax1.0").IsOk);
            Assert.That(machine.Exists("memory/memory66"), Is.False);
        }
        Assert.That(Spans(again), Is.EqualTo(Spans(tree)));
    }

    [Test]
    public void StandbyMemory_IsThatOfTheDump()
    {
        var kernel = KernelCatalogue.Get("7.2", Architecture.S390x);
        var tree = new TestTree(new Engine.Machine(MachineFile.Load("s390-zvm").Definition, kernel.Rules), kernel.Files);
        Assert.That(tree.Write("sys/firmware/memory/memory17/config", "1").IsOk);
        Assert.That(tree.Write("memory/memory17/state", "online").IsOk);
        Assert.That(tree.Write("sys/firmware/memory/memory18/config", "1").IsOk);
        var imported = Import(tree);
        Assert.That(imported.Losses.Lines, Is.Empty);
        Assert.That(imported.Text, Does.Contain("standby = \"16-23\"\n"));
        var again = Boot(MachineFile.Parse("again.toml", "again", imported.Text));
        AssertSame(tree, again, "sys/firmware", "sys/devices/system/memory");
        Assert.That(again.Write("sys/firmware/memory/memory18/config", "0").IsOk);
        Assert.That(again.Exists("memory/memory18"), Is.False);
    }

    [TestCase("sys/bus/pci/devices/0000:3b:00.0", "../../../../../etc", "0000:3b:00.0: its link in sys/bus/pci/devices leads out of sys/devices")]
    [TestCase("sys/bus/pci/devices/0000:3b:00.0", "/etc/passwd", "0000:3b:00.0: its link in sys/bus/pci/devices leads out of sys/devices")]
    [TestCase("sys/bus/pci/devices/0000:3b:00.0", "../../../devices/none", "0000:3b:00.0: the dump has its link, but not its directory")]
    [TestCase("sys/devices/pci0000:3b/0000:3b:00.0/class", "0x1000000", "0000:3b:00.0: its class, vendor or device is missing or no such number")]
    [TestCase("sys/devices/pci0000:3b/0000:3b:00.0/vendor", null, "0000:3b:00.0: its class, vendor or device is missing or no such number")]
    [TestCase("sys/devices/pci0000:3b/0000:3b:00.0/numa_node", "7", "0000:3b:00.0: its numa_node is no node of the machine")]
    [TestCase("sys/devices/pci0000:3b/0000:3b:00.0/local_cpulist", "0", "0000:3b:00.0: its local_cpulist is not that of its node")]
    [TestCase("sys/devices/platform/hmem.1/dax1.0/target_node", "-1", "the region of dax1.0: its target_node is no node of the machine")]
    [TestCase("sys/devices/platform/hmem.1/dax_region/size", "4096", "the region of dax1.0: its size and those of its devices cannot be")]
    [TestCase(
        "sys/devices/platform/hmem.0/dax0.0/mapping0/start", "0x181000000", "the region of dax0.0: the ranges of its devices are not of their sizes")]
    [TestCase(
        "sys/devices/platform/hmem.0/dax0.0/mapping0/start", "0x1000", "the region of dax0.0: the ranges of its devices are not of their sizes")]
    [TestCase("sys/devices/platform/hmem.0/dax0.0/align", "3", "dax0.0: its align is no size that a machine file has")]
    [TestCase("sys/devices/platform/hmem.0/dax0.0/driver", "../fs_dax", "dax0.0: its driver is none that a machine file has")]
    public void WhatCannotBe_IsALoss(string path, string? text, string loss)
    {
        var imported = Import(Boot(), (path, text));
        Assert.That(imported.Losses.Lines, Has.Some.StartsWith(loss));
        Assert.That(() => MachineFile.Parse("again.toml", "again", imported.Text), Throws.Nothing);
    }

    /// <summary>Some files are for root only; a region that no blocks belong to can be anywhere.</summary>
    [Test]
    public void RegionWithoutAddresses_IsAfterAllMemory()
    {
        const string Device = "sys/devices/platform/hmem.0/dax0.0";
        var imported = Import(Boot(), ($"{Device}/mapping0/start", null), ($"{Device}/resource", null));
        Assert.That(imported.Losses.Lines,
            Is.EqualTo(["the region of dax0.0: its addresses are missing, which only root can read; it is after all other memory"]));
        Assert.That(MachineFile.Parse("again.toml", "again", imported.Text).Definition.Dax[0],
            Has.Property("SizeBytes").EqualTo(256L << 20));
    }

    [Test]
    public void NodeOfTheDaxBus_NeedNotBeOnline()
    {
        var tree = Boot();
        Assert.That(tree.Write($"{Kmem}/unbind", "dax1.0").IsOk);
        var imported = Import(tree);
        Assert.That(imported.Losses.Lines, Is.EqualTo(["node2: it is not online, so that its distances are missing; they are the usual ones"]));
        AssertSame(
            tree, Boot(MachineFile.Parse("again.toml", "again", imported.Text)), "sys/bus/dax", "sys/devices/platform", "sys/devices/system/node");
    }

    /// <summary>The buses with devices that programs look for are kept.</summary>
    [Test]
    public void MoreBusesThanAMachineFileHas_AreALoss()
    {
        var tree = Boot();
        var texts = new Dictionary<string, string?> { ["proc/version"] = "Linux version 6.12.0 (x86_64)" };
        var dump = new ManyDevices(new DumpedTree(tree, texts));
        var losses = new Losses();
        var pci = DumpImport.Import("dump", dump, losses).Machine.Definition.Pci;
        Assert.That(pci.Select(device => device.Address.Root).Distinct().Count(), Is.EqualTo(16));
        Assert.That(pci.Select(device => device.Address.ToString()), Does.Contain("0000:1d:00.0"));
        Assert.That(losses.Lines, Is.EqualTo(
        [
            "0000:00:00.0 and 29 more: it is below a bridge; it is on a root bus in the machine",
            "0000:0f:00.0 and 14 more: a machine file has PCI devices on at most 16 buses; it is left out",
        ]));
    }

    /// <summary>30 bridges' buses, the last of which has a network card. The links of the bus are missing.</summary>
    private sealed class ManyDevices(IDump rest) : IDump
    {
        private const string Root = "sys/devices/pci0000:00";

        public string? Read(string path) => !path.StartsWith(Root, StringComparison.Ordinal) ? rest.Read(path)
            : path.EndsWith("/class", StringComparison.Ordinal) ? path.Contains("1d:", StringComparison.Ordinal) ? "0x020000" : "0x088000"
            : path.EndsWith("/vendor", StringComparison.Ordinal) || path.EndsWith("/device", StringComparison.Ordinal) ? "0x8086"
            : null;

        public string? ReadLink(string path) => rest.ReadLink(path);

        public IReadOnlyCollection<string> List(string path) => path switch
        {
            "sys/bus/pci/devices" => [],
            "sys/devices" => ["pci0000:00"],
            Root => ["0001:00:01.0", "power"],
            $"{Root}/0001:00:01.0" => [.. Enumerable.Range(0, 30).Select(bus => $"0000:{bus:x2}:00.0")],
            _ when path.StartsWith(Root, StringComparison.Ordinal) => ["class"],
            _ => rest.List(path),
        };
    }
}
