using HotplugFs.Engine;
using HotplugFs.Engine.Faults;
using HotplugFs.Engine.Memory;
using HotplugFs.Engine.Pages;
using HotplugFs.Machines.Files;
using static HotplugFs.Machines.Tests.MachineText;

namespace HotplugFs.Machines.Tests;

/// <summary>A machine that is written and read again is the same machine.</summary>
public sealed class RoundTripTests
{
    [TestCaseSource(typeof(MachineFile), nameof(MachineFile.Presets))]
    public void Write_Preset_ReadsTheSame(string preset)
    {
        var machine = MachineFile.Load(preset);

        AssertSame(Parse(MachineFile.Write(machine)).Definition, machine.Definition);
    }

    [TestCaseSource(typeof(MachineFile), nameof(MachineFile.Presets))]
    public void Describe_Preset_SurvivesFile(string preset)
    {
        var described = RunningMachine.Describe("now", Boot(MachineFile.Load(preset)));
        AssertSame(Parse(MachineFile.Write(described)).Definition, described.Definition);
    }

    [Test]
    public void Describe_WhatTheFirmwareStates_SurvivesFile()
    {
        var text = With(
            top: Top + "kernel = \"6.12\"\nsys_vendor = \"A \\\"B\\\"\"\nproduct_name = \"Virtual Machine\"\n",
            node: Node + """
                cpus = "0"
                memory_tier = 22
                access0 = { initiators = "0-1", read_bandwidth = 5, write_latency = 9 }
                access1 = { initiators = "0" }
                side_caches = [{ size = "16G", indexing = 1 }, { size = "1M", line_size = 4096, write_policy = 1 }]
                [[node]]
                number = 1
                generic_initiator = true

                """);
        var described = RunningMachine.Describe("now", Boot(Parse(text)));
        var again = Parse(MachineFile.Write(described));
        Assert.That(again.Definition.Nodes[0].Hardware.Access!.Figures, Is.EqualTo(new[] { 5, 0, 0, 9 }));
        Assert.That(again.Definition.Nodes[0].Hardware.SideCaches[1], Is.EqualTo(new SideCache(1 << 20, 4096, 0, 1)));
        Assert.That(again.Definition.Nodes[1].Hardware.IsGenericInitiator);
        Assert.That(again.Definition.Dmi["sys_vendor"], Is.EqualTo("A \"B\""));
        Assert.That(MachineFile.Write(again), Is.EqualTo(MachineFile.Write(described with { Name = again.Name })));
    }

    /// <summary>Machines whose files have no figures of zones. From 4.14 on, an offline DIMM is in no zone, and figures are needed.</summary>
    private static IEnumerable<string> PresetsWithoutFigures() => MachineFile.Presets.Where(
        preset => MachineFile.Load(preset) is { Kernel: "4.9", Definition.Zones.Count: 0 });

    [Test]
    public void Describe_OfflineBlocksOfNewerKernels_AreInNoZone()
    {
        var machine = MachineFile.Load("default");
        var described = RunningMachine.Describe("now", Boot(machine with { Kernel = "6.12" }));
        Assert.That(described.Definition.Memory.Single(range => range.Dimm == "dimm0").Zones, Is.EqualTo(default(ZoneSet)));
        AssertSame(Parse(MachineFile.Write(described)).Definition, described.Definition);
        Assert.That(() => Boot(described with { Kernel = "4.9" }), Throws.ArgumentException.With.Message.Contains("is in no zone"));
    }

    [TestCaseSource(nameof(PresetsWithoutFigures))]
    public void Describe_MachineAsBooted_NeedsNoFiguresOfZones(string preset)
    {
        var described = RunningMachine.Describe("now", Boot(MachineFile.Load(preset)));

        Assert.That(described.Definition.Zones, Is.Empty);
        Assert.That(MachineFile.Write(described), Does.Not.Contain("pfn"));
    }

    [Test]
    public void Describe_ArrangedCpus_SurvivesFile()
    {
        const string cpus = """
            cpus = "0-7"
            [[cpu]]
            packages = 2
            dies = ["0-3", "4-7"]
            cores = ["0-1", "2-3", "4-5", "6-7"]
            threads = 2
            possible = "0-15"
            offline = "3"
            caches = ["L1d 32K ways=8", "L1i 32K ways=8", "L2 1M ways=16 shared=cpu", "L3 16M ways=16 line=128 shared=2"]
            vendor_id = "GenuineIntel"
            model_name = "A CPU"
            flags = "fpu sse2"
            family = 6
            model = 143
            stepping = 8
            mhz = 2100

            """;
        var machine = Boot(Parse(With(node: Node + cpus)));
        Assert.That(machine.Cpus.SetOnline(5, false).IsOk);
        var text = MachineFile.Write(RunningMachine.Describe("now", machine));

        Assert.That(text, Does.Contain(cpus[cpus.IndexOf("packages", StringComparison.Ordinal)..cpus.IndexOf("offline", StringComparison.Ordinal)]));
        Assert.That(text, Does.Contain("offline = \"3,5\"\n"));
        Assert.That(MachineFile.Write(RunningMachine.Describe("now", Boot(Parse(text)))), Is.EqualTo(text));
    }

    [Test]
    public void Describe_MovedBlocksFromPage0_SurvivesFile()
    {
        var machine = Boot(Parse(With(top: Top + "kernel = \"4.9\"\n", memory: Memory.Replace("0-1", "0-3"))));
        Assert.That(machine.Devices.SetState(new BlockId(3), OnlineType.Offline).IsOk);
        Assert.That(machine.Devices.SetState(new BlockId(3), OnlineType.OnlineMovable).IsOk);
        var described = RunningMachine.Describe("now", machine);

        Assert.That(described.Definition.Zones, Is.Not.Empty);
        AssertSame(Parse(MachineFile.Write(described)).Definition, described.Definition);
    }

    [Test]
    public void Describe_ZoneWithABlockOutsideItsSpan_SurvivesFile([Values("true", "false")] string initialized)
    {
        var zone = "[[zone]]\nnode = 0\nzone = \"DMA32\"\nstart_pfn = 0\nend_pfn = 0\npresent_pages = 32768\n" + $"initialized = {initialized}\n";
        var described = RunningMachine.Describe("now", Boot(Parse(With(more: zone))));

        Assert.That(described.Definition.Zones[0].PresentPages, Is.EqualTo(32768));
        AssertSame(Parse(MachineFile.Write(described)).Definition, described.Definition);
    }

    [Test]
    public void Describe_OddMachine_SurvivesFile()
    {
        const string text = """
            block_size = "64M"
            kernel = "4.9"
            movable_node = true
            auto_online_blocks = "online"
            power_management = false
            memory_failure = false
            hugetlb_pages = false
            transparent_hugepages = false
            memory_probe = false
            modules = false
            error_injection = false
            pm_error_injection = true
            cpulist_size = 4096
            [[node]]
            number = 2
            cpus = "0-2,5"
            distances = [10, 31]
            [[node]]
            number = 7
            start_pfn = 32768
            end_pfn = 98304
            [[memory]]
            node = 2
            blocks = "0-1"
            zone = "DMA32 Movable"
            hole_pages = 97
            [[memory]]
            node = 7
            blocks = "64-65"
            zone = "Movable"
            state = "offline"
            dimm = "a"
            [[zone]]
            node = 2
            zone = "DMA32"
            start_pfn = 1
            end_pfn = 20000
            present_pages = 19000
            managed_pages = 18000
            [[zone]]
            node = 2
            zone = "Movable"
            start_pfn = 20000
            end_pfn = 32768
            present_pages = 12000
            managed_pages = 12000
            """;
        var machine = Parse(text);

        AssertSame(Parse(MachineFile.Write(machine)).Definition, machine.Definition);
        var running = Boot(machine);
        var described = Parse(MachineFile.Write(RunningMachine.Describe("now", running)));
        AssertSame(running, Boot(described));
    }

    [Test]
    public void Describe_Faults_SurvivesFileWithWhatIsLeft()
    {
        const string faults = """
            [[fault]]
            what = "memory1"
            when = "offline"
            outcome = "EBUSY"
            times = 2
            [[fault]]
            what = "any"
            when = "read"
            file = "state"
            take = "3s"
            text = "two\\nlines\\040and \"quotes\" \\\\"
            after = 1
            probability = "50%"
            seed = 7
            [[fault]]
            what = "memory1"
            when = "online"
            outcome = "EIO"
            times = 1
            """;
        var machine = Boot(Parse(With(more: faults)));
        Assert.That(machine.Devices.SetState(new BlockId(1), OnlineType.Offline).Error, Is.EqualTo(Errno.EBUSY));
        Assert.That(machine.Devices.SetState(new BlockId(1), OnlineType.Offline).Error, Is.EqualTo(Errno.EBUSY));
        var described = RunningMachine.Describe("now", machine);
        var saved = Parse(MachineFile.Write(described)).Definition;
        AssertSame(saved, described.Definition);
        Assert.That(saved.Faults.Select(FaultSyntax.Format), Is.EqualTo(new[]
        {
            "any read state take=3s after=1 probability=50% seed=7 text=two\\nlines\\040and\\040\"quotes\"\\040\\\\",
            "memory1 online EIO times=1",
        }));
    }

    [Test]
    public void Describe_OtherArchitectureAndPolicy_SurvivesFile()
    {
        const string text = """
            architecture = "i386"
            block_size = "128M"
            kernel = "6.12"
            auto_online_blocks = "online_movable"
            online_policy = "auto-movable"
            auto_movable_ratio = 150
            auto_movable_numa_aware = false
            memmap_on_memory = "force"
            [[node]]
            number = 0
            [[memory]]
            node = 0
            blocks = "0-6"
            zone = "Normal"
            ends_in_hole = true
            [[memory]]
            node = 0
            blocks = "7-9"
            zone = "HighMem"
            """;
        var machine = Parse(text);

        AssertSame(Parse(MachineFile.Write(machine)).Definition, machine.Definition);
        AssertSame(Boot(Parse(MachineFile.Write(RunningMachine.Describe("now", Boot(machine))))), Boot(machine));
    }

    /// <summary>Requests that move the boundary between the zones, empty zones and leave stale spans.</summary>
    [TestCase("43 online_movable", "43 offline")]
    [TestCase("43 online_movable", "42 online_movable", "41 online_movable", "40 online_movable")]
    [TestCase("47 online_movable", "46 online_movable", "47 online_kernel", "46 offline")]
    [TestCase("40 online", "41 online", "42 online", "43 online")]
    [TestCase("33 offline", "37 offline")]
    public void Describe_AfterRequests_BootsToTheSameState(params string[] requests)
    {
        var machine = Boot(MachineFile.Load("default"));
        foreach (var request in requests)
        {
            var words = request.Split(' ');
            machine.Devices.SetState(new BlockId(int.Parse(words[0])), StateWords.AllRequests.Single(type => type.Word() == words[1]));
        }

        var again = Parse(MachineFile.Write(RunningMachine.Describe("now", machine)));

        AssertSame(again.Definition, RunningMachine.Describe("now", machine).Definition);
        AssertSame(machine, Boot(again));
    }

    [Test]
    public void Describe_MigrationRate_IsKept([Values("0", "64M", "2s")] string text)
    {
        var machine = Boot(MachineFile.Load("default"));
        machine.MigrationRate = MigrationRate.TryParse(text, out var rate) ? rate : throw new ArgumentException(text);
        var written = MachineFile.Write(RunningMachine.Describe("now", machine));
        Assert.That(written.Contains($"\nmigration_rate = \"{text}\"\n", StringComparison.Ordinal), Is.EqualTo(text != "0"));
        Assert.That(Boot(Parse(written)).MigrationRate, Is.EqualTo(rate));
    }

    [Test]
    public void Describe_LoadWhoseNodeWasRemoved_StaysWhereItsPagesMoved()
    {
        var machine = Boot(MachineFile.Load("memoryless-node") with { Kernel = "6.12" });
        var dimm = machine.Dimms.First();
        machine.Devices.SetState(dimm.First, OnlineType.OnlineMovable);
        var placement = new LoadPlacement(dimm.Node, MemoryPolicy.Bind);
        Assert.That(machine.Loads.Start("app", PageKind.Anon, 1 << 20, placement).IsOk);
        foreach (var each in machine.Dimms.ToArray())
            Assert.That(machine.Unplug(each).IsOk);
        Assert.That(dimm.Node.Online, Is.False);
        var again = Boot(Parse(MachineFile.Write(RunningMachine.Describe("now", machine))));
        Assert.That(again.Loads.Single().PagesByNode, Is.EqualTo(machine.Loads.Single().PagesByNode));
    }

    private static void AssertSame(MachineDefinition actual, MachineDefinition expected)
    {
        Assert.That(actual.Architecture, Is.EqualTo(expected.Architecture));
        Assert.That(actual.OnlinePolicy, Is.EqualTo(expected.OnlinePolicy));
        Assert.That(actual.BlockSizeBytes, Is.EqualTo(expected.BlockSizeBytes));
        Assert.That(actual.MovableNode, Is.EqualTo(expected.MovableNode));
        Assert.That(actual.AutoOnline, Is.EqualTo(expected.AutoOnline));
        // Records compare their lists by reference.
        Assert.That(actual.Config.HugePageSizes, Is.EqualTo(expected.Config.HugePageSizes));
        Assert.That(actual.Config with { HugePageSizes = expected.Config.HugePageSizes }, Is.EqualTo(expected.Config));
        Assert.That(actual.Memory, Is.EqualTo(expected.Memory));
        Assert.That(actual.Dimms, Is.EqualTo(expected.Dimms));
        Assert.That(actual.Zones, Is.EqualTo(expected.Zones));
        Assert.That(actual.Faults, Is.EqualTo(expected.Faults));
        Assert.That(actual.VirtioMem, Is.EqualTo(expected.VirtioMem));
        Assert.That(actual.Nodes.Select(Text), Is.EqualTo(expected.Nodes.Select(Text)));
    }

    private static string Text(NodeDefinition node) =>
        $"{node.Number} cpus {string.Join(',', node.Cpus)} distances {string.Join(',', node.Distances)} span {node.Span}";

    private static void AssertSame(Machine actual, Machine expected)
    {
        Assert.That(Blocks(actual), Is.EqualTo(Blocks(expected)));
        Assert.That(Zones(actual), Is.EqualTo(Zones(expected)));
        Assert.That(actual.NodeStates.NormalMemory.Count, Is.EqualTo(expected.NodeStates.NormalMemory.Count));
    }

    private static IEnumerable<string> Blocks(Machine machine)
    {
        for (var number = machine.Blocks.Next(0); number >= 0; number = machine.Blocks.Next(number + 1))
        {
            var block = machine[new BlockId(number)];
            yield return $"{block.Id} node {block.Node.Number} {block.State} {block.Zones} kernel {block.HasKernelPages} holes {block.HolePages} "
                + $"{machine.ValidZones(block.Id)} {machine.Dimms.At(block.DimmIndex)?.Id}";
        }
    }

    private static IEnumerable<string> Zones(Machine machine) =>
        from node in machine.PossibleNodes
        from zone in node.Zones
        select $"{zone} of {node.Span} {zone.Span} present {zone.PresentPages} managed {zone.ManagedPages} {zone.Initialized}";
}
