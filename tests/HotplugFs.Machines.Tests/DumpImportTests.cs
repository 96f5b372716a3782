using System.Formats.Tar;
using HotplugFs.Engine;
using HotplugFs.Engine.Memory;
using HotplugFs.Kernels;
using HotplugFs.Machines.Dumps;
using HotplugFs.Machines.Files;

namespace HotplugFs.Machines.Tests;

/// <summary>Machines from archives and from lsmem's output.</summary>
public sealed class DumpImportTests
{
    private const string Memory = "sys/devices/system/memory";

    private const string Table = """
        RANGE                                 SIZE   STATE REMOVABLE BLOCK   ZONES
        0x0000000000000000-0x0000000007ffffff 128M  online       yes     0    None
        0x0000000008000000-0x000000001fffffff 384M  online       yes   1-3   DMA32
        0x0000000100000000-0x0000000107ffffff 128M offline              32  Normal/Movable

        Memory block size:       128M
        """;

    private static MemoryStream Archive((string Name, string Text)[] files, bool hasLink = true)
    {
        var archive = new MemoryStream();
        using (var writer = new TarWriter(archive, TarEntryFormat.Pax, leaveOpen: true))
        {
            foreach (var (name, text) in files)
                writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)) });
            if (hasLink)
                writer.WriteEntry(new PaxTarEntry(TarEntryType.SymbolicLink, $"host/{Memory}/memory1/node0") { LinkName = "../../node/node0" });
        }
        archive.Position = 0;
        return archive;
    }

    private static (string Name, string Text)[] Files(string root = "host") =>
    [
        ($"{root}/{Memory}/block_size_bytes", "8000000\n"), ($"{root}/{Memory}/auto_online_blocks", "online\n"),
        ($"{root}/{Memory}/memory1/state", "online\n"),
        ($"{root}/{Memory}/memory1/valid_zones", "DMA32\n"), ($"{root}/{Memory}/memory1/online", "1\n"),
        ($"{root}/{Memory}/memory40/state", "offline\n"), ($"{root}/{Memory}/memory40/valid_zones", "Normal Movable\n"),
        ($"{root}/{Memory}/memory40/online", "0\n"), ($"{root}/proc/version", "Linux version 6.1.0-13-amd64 (x86_64)\n"),
        ($"{root}/etc/passwd", "not of use"),
    ];

    [Test]
    public void ImportArchive_FilesAnywhere_AreTheMachine()
    {
        var imported = DumpImport.ImportArchive("dump.tar", Archive(Files()));
        var definition = imported.Machine.Definition;
        Assert.That(imported.Machine.Kernel, Is.EqualTo("6.1"));
        Assert.That(definition.AutoOnline, Is.EqualTo(OnlineType.Online));
        Assert.That(definition.Memory.Select(range => (range.First.Number, range.State)),
            Is.EqualTo(new[] { (1, MemoryBlockState.Online), (40, MemoryBlockState.Offline) }));
        Assert.That(definition.Config,
            Has.Property("PowerManagement").False.And.Property("MemoryFailure").False.And.Property("CrashHotplug").EqualTo(-1));
        Assert.That(
            MachineFile.Write(MachineText.Parse(imported.Text) with { Name = "x" }),
                Is.EqualTo(MachineFile.Write(imported.Machine with { Name = "x" })));
    }

    [Test]
    public void ImportArchive_NodesOnlineAsARange_AreNodesOnce()
    {
        var imported = DumpImport.ImportArchive("dump.tar", Archive(
        [
            .. Files(), ("host/sys/devices/system/node/online", "0-1\n"), ("host/sys/devices/system/node/node0/cpulist", "0-3\n"),
            ("host/sys/devices/system/node/node1/cpulist", "4-7\n"),
        ]));
        Assert.That(imported.Machine.Definition.Nodes.Select(node => node.Number), Is.EqualTo(new[] { 0, 1 }));
    }

    [Test]
    public void ImportArchive_FirmwareMap_IsKeptWithoutTheEntriesOfDimms()
    {
        const string Map = "host/sys/firmware/memmap";
        (string, string)[] Entry(int number, string start, string end, string type) =>
            [($"{Map}/{number}/start", $"{start}\n"), ($"{Map}/{number}/end", $"{end}\n"), ($"{Map}/{number}/type", $"{type}\n")];
        var imported = DumpImport.ImportArchive("dump.tar", Archive(
        [
            .. Files(), .. Entry(0, "0x8000000", "0xfffefff", "System RAM"), .. Entry(10, "0xffff000", "0xfffffff", "Reserved"),
            .. Entry(2, "junk", "0x1", "Reserved"),
        ]));
        Assert.That(imported.Machine.Definition.FirmwareMap, Is.EqualTo(new FirmwareRange[]
        {
            new(0x8000000, 0xfffefff, "System RAM"), new(0xffff000, 0xfffffff, "Reserved"),
        }));
        Assert.That(imported.Text, Does.Contain("[[memmap]]\nstart = \"0xffff000\"\nend = \"0xfffffff\"\ntype = \"Reserved\"\n"));
    }

    /// <summary>Devices are found wherever they are, and nothing else of their directories is kept.</summary>
    [Test]
    public void ImportArchive_Devices_AreThoseOfTheirDirectories()
    {
        const string Card = "host/sys/devices/pci0000:3a/0000:3a:00.0/0000:3b:00.0";
        const string Region = "host/sys/devices/platform/hmem.0";
        const string Resources = "host/sys/bus/pci/devices";
        var files = Archive(
        [
            .. Files(), ($"{Card}/vendor", "0x8086\n"), ($"{Card}/device", "0x1572\n"), ($"{Card}/class", "0x020000\n"),
            ($"{Card}/rom", "not of use"),
            ($"{Resources}/0001:00:00.0/vendor", "0x1af4\n"), ($"{Resources}/0001:00:00.0/device", "0x1000\n"),
            ($"{Resources}/0001:00:00.0/class", "0x010000\n"), ($"{Resources}/10000:e1:00.0/vendor", "0x8086\n"),
            ($"{Region}/dax0.0/size", "268435456\n"), ($"{Region}/dax0.0/target_node", "0\n"), ($"{Region}/dax0.0/resource", "0x180000000\n"),
            ("host/sys/firmware/memory/memory50/config", "0\n"),
        ]);
        files.Position = 0;
        var imported = DumpImport.ImportArchive("dump.tar", files);
        Assert.That(imported.Machine.Definition.Pci.Select(device => device.Address.ToString()), Is.EqualTo(["0001:00:00.0"]));
        Assert.That(imported.Machine.Definition.Dax, Has.Count.EqualTo(1));
        Assert.That(imported.Text, Does.Contain("[[dax]]\nnode = 0\nsize = \"256M\"\naddress = \"0x180000000\"\n"));
        Assert.That(imported.Machine.Definition.Memory.Sum(range => range.Count), Is.EqualTo(2), "standby memory is no block");
        Assert.That(imported.Losses.Lines, Has.Some.EqualTo("10000:e1:00.0: a machine file has no PCI device with such an address; it is left out")
            .And.Some.EqualTo("sys/firmware/memory: x86_64 has no standby memory; it is left out"));
        // Without the links of the bus, the tree is searched.
        var cut = DumpImport.ImportArchive("dump.tar", Archive(
            [.. Files(), ($"{Card}/vendor", "0x8086\n"), ($"{Card}/device", "0x1572\n"), ($"{Card}/class", "0x020000\n")]));
        Assert.That(cut.Text, Does.Contain("[[pci]]\naddress = \"0000:3b:00.0\"\nclass = \"0x020000\"\n"));
    }

    private const string Device = "host/sys/devices/platform/hmem_platform.0/hmem.0/dax0.0";

    /// <summary>A dump with dax0.0 of driver kmem, as tests/dax/7.3-state.txt shows it, and blocks 8 and 9 in its range if it has any.</summary>
    private static MemoryStream DaxArchive(string state, string? zones)
    {
        (string, string)[] Block(int number) => zones is null ? [] :
        [
            ($"host/{Memory}/memory{number}/state", "online\n"), ($"host/{Memory}/memory{number}/valid_zones", $"{zones}\n"),
            ($"host/{Memory}/memory{number}/online", "1\n"),
        ];
        var archive = new MemoryStream();
        using (var writer = new TarWriter(archive, TarEntryFormat.Pax, leaveOpen: true))
        {
            foreach (var (name, text) in ((string, string)[])
            [
                ($"host/{Memory}/block_size_bytes", "8000000\n"), ("host/proc/version", "Linux version 7.3.0-amd64 (x86_64)\n"),
                ($"host/{Memory}/memory1/state", "online\n"), ($"host/{Memory}/memory1/valid_zones", "DMA32\n"),
                .. Block(8), .. Block(9), ($"{Device}/state", $"{state}\n"), ($"{Device}/size", "268435456\n"), ($"{Device}/align", "2097152\n"),
                ($"{Device}/target_node", "0\n"), ($"{Device}/numa_node", "0\n"), ($"{Device}/resource", "0x40000000\n"),
                ($"{Device}/mapping0/start", "0x40000000\n"), ($"{Device}/mapping0/end", "0x4fffffff\n"),
            ])
                writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)) });
            foreach (var (name, target) in ((string, string)[])
            [
                ("host/sys/bus/dax/devices/dax0.0", "../../../devices/platform/hmem_platform.0/hmem.0/dax0.0"),
                ($"{Device}/driver", "../../../../../bus/dax/drivers/kmem"),
                .. ((int[])[1, 8, 9]).Where(number => number == 1 || zones is not null)
                    .Select(number => ($"host/{Memory}/memory{number}/node0", "../../node/node0")),
            ])
                writer.WriteEntry(new PaxTarEntry(TarEntryType.SymbolicLink, name) { LinkName = target });
        }
        archive.Position = 0;
        return archive;
    }

    /// <summary>The state is what was requested for the whole memory, which the blocks do not show (kernel 7.3).</summary>
    [TestCase("online_movable", "Movable", DaxMemoryState.OnlineMovable)]
    [TestCase("online_kernel", "DMA32", DaxMemoryState.OnlineKernel)]
    [TestCase("online", "DMA32", DaxMemoryState.Online)]
    [TestCase("unplugged", null, DaxMemoryState.Unplugged)]
    public void ImportArchive_StateOfADaxDevice_IsThatOfTheMachine(string word, string? zones, DaxMemoryState state)
    {
        var imported = DumpImport.ImportArchive("dump.tar", DaxArchive(word, zones));
        Assert.That(imported.Text, Does.Contain($"devices = [\"dax0.0 kmem state={word} 0x40000000-0x4fffffff\"]"));
        var parsed = MachineText.Parse(imported.Text);
        var machine = new Machine(parsed.Definition, KernelCatalogue.Get("7.3").Rules);
        var device = machine.Dax.Find("dax0.0")!;
        Assert.That((device.Driver, device.MemoryState), Is.EqualTo((DaxDriver.Kmem, state)));
        Assert.That(parsed.Definition.Memory.Where(range => range.Dax == "dax0.0").Sum(range => range.Count), Is.EqualTo(zones is null ? 0 : 2));
        Assert.That(machine.Blocks.Count, Is.EqualTo(zones is null ? 1 : 3));
    }

    [Test]
    public void ImportArchive_StateOfADaxDeviceThatIsUnknown_IsALoss()
    {
        var imported = DumpImport.ImportArchive("dump.tar", DaxArchive("sideways", "Movable"));
        Assert.That(imported.Losses.Lines, Has.Some.EqualTo("dax0.0: its state is none that is known; it is offline in the machine"));
        Assert.That(imported.Text, Does.Contain("\"dax0.0 kmem state=offline 0x40000000-0x4fffffff\""));
    }

    /// <summary>A kernel without the file has the device nevertheless.</summary>
    [Test]
    public void ImportArchive_StateOfADaxDevice_IsLeftOutForAnOlderKernel()
    {
        var imported = DumpImport.ImportArchive("dump.tar", DaxArchive("online_movable", "Movable"), "7.2");
        Assert.That(imported.Text, Does.Contain("devices = [\"dax0.0 kmem 0x40000000-0x4fffffff\"]"));
    }

    /// <summary>The lines that the kernel's build lacks are missing in the machine, too.</summary>
    [Test]
    public void ImportArchive_LinesOfMeminfoAndVmstat_AreThoseOfTheBuild()
    {
        const string Node = "host/sys/devices/system/node/node0";
        var names = KernelCatalogue.Get("6.1").Files.Statistics.Value;
        var meminfo = string.Concat(
            names.NodeMeminfo.Where(name => !name.Contains("Huge") && name != "SecPageTables").Select(name => $"Node 0 {name}: 0 kB\n"));
        var vmstat = string.Concat(names.Vmstat.Prepend("nr_free_pages").Where(name => name != "nr_zspages").Select(name => $"{name} 0\n"));
        var config = DumpImport.ImportArchive("dump.tar", Archive([.. Files(), ($"{Node}/meminfo", meminfo), ($"{Node}/vmstat", vmstat)]))
            .Machine.Definition.Config;
        Assert.That(config.HiddenStatistics, Is.EqualTo(new[] { "SecPageTables", "nr_zspages" }));
        Assert.That(config, Has.Property("HugetlbPages").False.And.Property("TransparentHugePages").False);
    }

    [Test]
    public void ImportArchive_PoolsOfHugePages_AreKept()
    {
        const string Pools = "host/sys/devices/system/node/node0/hugepages/hugepages-";
        var imported = DumpImport.ImportArchive("dump.tar", Archive(
        [
            .. Enumerable.Range(32, 16).SelectMany(block => Block(block)), ($"host/{Memory}/block_size_bytes", "8000000\n"),
            ("host/proc/version", "Linux version 6.12.9 (x86_64)\n"),
            ($"{Pools}2048kB/nr_hugepages", "3\n"), ($"{Pools}1048576kB/nr_hugepages", "1\n"),
        ], hasLink: false));
        Assert.That(imported.Machine.Definition.Config.HugePageSizes, Is.EqualTo(new[] { 2048, 1 << 20 }));
        var machine = new Machine(MachineText.Parse(imported.Text).Definition, KernelCatalogue.Get("6.12").Rules);
        Assert.That(machine.AllHugePages.Select(pools => pools.All), Is.EqualTo(new[] { 3L, 1 }));
        Assert.That(machine.FindNode(0)!.Zones.Sum(zone => zone.FreePages), Is.EqualTo(262144 - 3 * 512));
    }

    private static (string Name, string Text)[] Block(int number) =>
    [
        ($"host/{Memory}/memory{number}/state", "online\n"), ($"host/{Memory}/memory{number}/valid_zones", "Normal\n"),
        ($"host/{Memory}/memory{number}/online", "1\n"),
    ];

    private static (string Name, string Text)[] CpuFiles(params (string Name, string Text)[] more)
    {
        const string Cpu = "host/sys/devices/system/cpu";
        string[][] rows =
        [
            ["0", "0", "0,4"], ["1", "0", "1,5"], ["2", "1", "2,6"], ["3", "1", "3"], ["4", "0", "0,4"], ["5", "0", "1,5"], ["6", "1", "2,6"],
        ];
        return
        [
            .. Files(), ("host/sys/devices/system/node/node0/cpulist", "0-6\n"), ($"{Cpu}/online", "0-6\n"), ($"{Cpu}/possible", "0-9\n"),
            ($"{Cpu}/cpu7/node0/cpulist", ""),
            .. rows.Select(row => ($"{Cpu}/cpu{row[0]}/topology/physical_package_id", row[1] + "\n")),
            .. rows.Select(row => ($"{Cpu}/cpu{row[0]}/topology/core_cpus_list", row[2] + "\n")),
            ($"{Cpu}/cpu0/cache/index0/level", "3\n"), ($"{Cpu}/cpu0/cache/index0/type", "Unified\n"),
            ($"{Cpu}/cpu0/cache/index0/size", "32768K\n"), ($"{Cpu}/cpu0/cache/index0/ways_of_associativity", "16\n"),
            ($"{Cpu}/cpu0/cache/index0/shared_cpu_list", "0-1,4-5\n"), .. more.Select(file => ($"{Cpu}/{file.Name}", file.Text)),
        ];
    }

    [Test]
    public void ImportArchive_Cpus_AreArrangedSo()
    {
        var imported = DumpImport.ImportArchive("dump.tar", Archive(CpuFiles(
        [
            .. Enumerable.Range(0, 7).Select(cpu => ($"cpu{cpu}/topology/physical_package_id", "0\n")),
            .. Enumerable.Range(0, 7).Select(cpu => ($"cpu{cpu}/topology/core_cpus_list", cpu == 6 ? "6\n" : $"{cpu / 2 * 2}-{cpu / 2 * 2 + 1}\n")),
            ("cpu0/cache/index0/shared_cpu_list", "0-6\n"),
        ])));
        Assert.That(imported.Text, Does.Contain("""
            cpus = "0-7"
            """));
        Assert.That(imported.Text, Does.Contain("""
            [[cpu]]
            threads = 2
            possible = "0-9"
            offline = "7"
            caches = ["L3 32M ways=16 shared=package"]

            """));
    }

    [Test]
    public void ImportArchive_ModelAndProtectionOfCpus_AreKept()
    {
        var imported = DumpImport.ImportArchive("dump.tar", Archive(CpuFiles(
        [
            ("vulnerabilities/meltdown", "Mitigation: PTI\n"), ("vulnerabilities/l1tf", "Not affected\n"), ("vulnerabilities/Bad", "x\n"),
            ("smt/control", "forceoff\n"),
        ])
            .Append(("host/proc/cpuinfo", "vendor_id\t: AuthenticAMD\ncpu family\t: 25\nflags\t\t: fpu sse\n\nvendor_id\t: other\n")).ToArray()));
        Assert.That(imported.Text, Does.Contain("""
            smt = "forceoff"
            vulnerabilities = ["meltdown: Mitigation: PTI"]
            vendor_id = "AuthenticAMD"
            flags = "fpu sse"
            family = 25
            """));
        Assert.That(imported.Losses.Lines, Has.Some.StartsWith("vulnerabilities/Bad: its name or text is none"));
    }

    [Test]
    public void ImportArchive_CpusWithoutOrder_AreListed()
    {
        var files = CpuFiles([("cpu1/topology/physical_package_id", "1\n"), ("cpu5/topology/physical_package_id", "1\n")]);
        var imported = DumpImport.ImportArchive("dump.tar", Archive([.. files, ("host/sys/devices/system/cpu/cpu0/cache/index1/level", "1\n")]));
        Assert.That(imported.Text, Does.Contain("""
            packages = ["0,4,7", "1-3,5-6"]
            cores = ["0,4", "1,5", "2,6", "3", "7"]
            """));
        Assert.That(imported.Losses.Lines, Has.Some.StartsWith("cpu7: it is offline, and nothing shows its core")
            .And.Some.StartsWith("index1 of cpu0: the cache is left out"));
    }

    /// <summary>A buffer of the largest text for each file made an import of 20,000 blocks take a minute.</summary>
    [Test]
    public void ImportArchive_ManyFiles_TakesLittleMemoryForEach()
    {
        const int Count = 1000;
        var archive = Archive([.. Files(), .. Enumerable.Range(1000, Count).Select(number => ($"host/{Memory}/memory{number}/state", "offline\n"))]);
        var before = GC.GetAllocatedBytesForCurrentThread();
        _ = DumpImport.ImportArchive("dump.tar", archive);
        Assert.That((GC.GetAllocatedBytesForCurrentThread() - before) / Count, Is.LessThan(1 << 15));
    }

    [Test]
    public void ImportArchive_CutShort_NamesTheLoss()
    {
        var whole = Archive(Files()).ToArray();
        var cut = DumpImport.ImportArchive("dump.tar", new MemoryStream(whole[..(whole.Length - 7000)]));
        Assert.That(cut.Losses.Lines, Has.Some.StartsWith("the archive: it is cut short"));
    }

    [TestCase("../host")]
    [TestCase("ho\tst")]
    public void ImportArchive_NamesThatLeadOut_AreLeftOut(string root)
    {
        // Only the link is left, which is in the host's directory.
        var imported = DumpImport.ImportArchive("dump.tar", Archive(Files(root)));
        Assert.That(imported.Losses.Lines, Has.Some.Matches("an entry and [0-9]+ more: its name leads out"));
        Assert.That(imported.Machine.Definition.Memory.Sum(range => range.Count), Is.EqualTo(1));
    }

    [Test]
    public void ImportArchive_WithoutBlocks_IsRefused() => Assert.That(
        () => DumpImport.ImportArchive("dump.tar", Archive([("host/etc/passwd", "x")], hasLink: false)), Throws.TypeOf<MachineFileException>());

    [Test]
    public void ImportText_TableOfLsmem_IsAMachineWithGuessedLines()
    {
        var imported = DumpImport.ImportText("lsmem.txt", Table);
        var machine = MachineText.Boot(imported.Machine);
        Assert.That(machine.Blocks.Members(), Is.EqualTo(new[] { 0, 1, 2, 3, 32 }));
        Assert.That($"{machine.ValidZones(new BlockId(0))}", Is.EqualTo("none"));
        Assert.That(machine[new BlockId(32)].State, Is.EqualTo(MemoryBlockState.Offline));
        Assert.That(imported.Text, Does.Contain("kernel = ").And.Contain("# guessed: "));
        Assert.That(() => MachineText.Parse(imported.Text), Throws.Nothing);
    }

    [Test]
    public void ImportText_JsonOfLsmem_IsAMachine()
    {
        const string json = """
            {"memory": [
              {"range":"0x0000000100000000-0x0000000107ffffff","size":"128M","state":"online","removable":true,
               "block":"32","node":1,"zones":"Movable"},
              {"range":"0x0000000000000000-0x0000000007ffffff","size":"128M","state":"online","removable":true,"block":"0","node":0,"zones":"DMA32"}
            ]}
            """;
        var definition = DumpImport.ImportText("lsmem.json", json).Machine.Definition;
        Assert.That(definition.Memory.Select(range => (range.First.Number, range.Node)), Is.EqualTo(new[] { (0, 0), (32, 1) }));
    }

    [TestCase("RANGE SIZE\n0xzz-0x1 1M\n", "not a range of lsmem")]
    [TestCase("RANGE SIZE STATE REMOVABLE BLOCK\n0x0-0x7ffffff 128M\n", "fewer columns")]
    [TestCase("{\"memory\": 7, \"range\": 1}", "not lsmem's JSON")]
    public void ImportText_Damaged_IsRefused(string text, string problem) => Assert.That(
        () => DumpImport.ImportText("lsmem.txt", text), Throws.TypeOf<MachineFileException>().With.Message.Contains(problem));

    [Test]
    public void ImportText_MachineFile_StaysTheMachine()
    {
        var imported = DumpImport.ImportText("machine.toml", MachineText.With());
        Assert.That(imported.Losses.Count, Is.Zero);
        Assert.That(imported.Text, Does.Not.Contain("guessed"));
    }

    [Test]
    public void ImportText_EveryRecordedArchitecture_BootsFromItsText([Values("arm64", "ppc64le", "s390x", "riscv64")] string architecture)
    {
        var text = $"architecture = \"{architecture}\"\n" + MachineText.With(
            top: "block_size = \"512M\"\nkernel = \"6.12\"\n",
            memory: $"[[memory]]\nnode = 0\nblocks = \"8-15\"\nzone = \"{(architecture == "arm64" ? "DMA" : "Normal")}\"\n");
        var imported = DumpImport.ImportText("machine.toml", text);
        Assert.That(MachineText.Parse(imported.Text).Definition.Architecture.Name, Is.EqualTo(architecture));
    }
}
