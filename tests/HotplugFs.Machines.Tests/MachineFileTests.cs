using HotplugFs.Engine;
using HotplugFs.Engine.Memory;
using HotplugFs.Machines.Files;
using static HotplugFs.Machines.Tests.MachineText;

namespace HotplugFs.Machines.Tests;

/// <summary>The machines that valid files describe.</summary>
public sealed class MachineFileTests
{
    [Test]
    public void Load_PresetDefault_IsTheDocumentedMachine()
    {
        var machine = MachineFile.Load("default");

        Assert.That(machine.Kernel, Is.EqualTo("4.9"));
        Assert.That(machine.Definition.MovableNode, Is.False);
        Assert.That(machine.Definition.BlockSizeBytes, Is.EqualTo(128L << 20));
        Assert.That(machine.Definition.Memory, Is.EqualTo(new[]
        {
            new MemoryRange(new BlockId(0), 2, 0, ZoneType.Dma32) { KernelPages = true },
            new MemoryRange(new BlockId(32), 1, 0, ZoneType.Normal) { KernelPages = true },
            new MemoryRange(new BlockId(33), 1, 0, ZoneType.Normal),
            new MemoryRange(new BlockId(34), 4, 1, ZoneType.Normal),
        }));
        Assert.That(machine.Definition.Dimms, Is.EqualTo(new[]
        {
            new DimmDefinition("dimm0", 1, 512L << 20, 40L * (128 << 20)),
            new DimmDefinition("dimm1", 0, 512L << 20, 44L * (128 << 20)),
        }));
    }

    [TestCaseSource(typeof(MachineFile), nameof(MachineFile.Presets))]
    public void Load_EveryPreset_Boots(string preset)
    {
        var machine = Boot(MachineFile.Load(preset));

        Assert.That(machine.Blocks.Count, Is.GreaterThan(0));
    }

    [Test]
    public void Load_MemorylessNode_HasOnlyDimmsOnNode1()
    {
        var machine = Boot(MachineFile.Load("memoryless-node"));

        Assert.That(machine.NodeStates.NormalMemory.Contains(1), Is.False);
        Assert.That(machine.Dimms.Select(dimm => dimm.First.Number), Is.EqualTo(new[] { 32, 33, 34, 35 }));
    }

    [Test]
    public void Parse_NoKernel_TakesTheDefaultOne() =>
        Assert.That(Parse(With()).Kernel, Is.EqualTo(Kernels.KernelCatalogue.Default.Name));

    [Test]
    public void Parse_AddressAndSize_AreBlocks()
    {
        var machine = Parse(With(memory: "[[memory]]\nnode = 0\naddress = \"4G\"\nsize = 268435456\nzone = \"Normal\"\n"));

        Assert.That(machine.Definition.Memory, Is.EqualTo(new[] { new MemoryRange(new BlockId(32), 2, 0, ZoneType.Normal) }));
    }

    [Test]
    public void Parse_SeveralRuns_AreSeveralRanges()
    {
        var machine = Parse(With(memory: Memory.Replace("0-1", "0-1, 4")));

        Assert.That(machine.Definition.Memory.Select(range => (range.First.Number, range.Count)), Is.EqualTo(new[] { (0, 2), (4, 1) }));
    }

    [Test]
    public void Parse_Nodes_AreAscending()
    {
        var machine = Parse(With(node: "[[node]]\nnumber = 3\ncpus = [2, 4]\ndistances = \"21,10\"\n[[node]]\nnumber = 0\ncpus = \"0-1\"\n"));

        Assert.That(machine.Definition.Nodes.Select(node => node.Number), Is.EqualTo(new[] { 0, 3 }));
        Assert.That(machine.Definition.Nodes[1].Cpus, Is.EqualTo(new[] { 2, 4 }));
        Assert.That(machine.Definition.Nodes[1].Distances, Is.EqualTo(new[] { 21, 10 }));
    }

    [Test]
    public void Parse_DimmWithoutAddress_IsPlacedAfterAllMemory()
    {
        var machine = Boot(Parse(With(more: "[[dimm]]\nid = \"a\"\nnode = 0\nsize = \"128M\"\n[[dimm]]\nid = \"b\"\nnode = 0\nsize = \"256M\"\n")));

        Assert.That(machine.Dimms.Select(dimm => dimm.First.Number), Is.EqualTo(new[] { 32, 33 }));
    }

    [Test]
    public void Parse_LargestMachine_HasFourMillionBlocks()
    {
        var machine = Parse(With(
            top: "block_size = \"16M\"\n",
            memory: "[[memory]]\nnode = 0\nblocks = \"0-255\"\nzone = \"DMA32\"\n"
                + "[[memory]]\nnode = 0\nblocks = \"256-4194303\"\nzone = \"Normal\"\n"));

        Assert.That(machine.Definition.Memory.Sum(range => range.Count), Is.EqualTo(1 << 22));
    }

    [Test]
    public void Load_File_IsNamedAfterIt()
    {
        using var directory = new TemporaryDirectory();
        var path = directory.Write("two-nodes.toml", With());

        Assert.That(MachineFile.Load(path).Name, Is.EqualTo("two-nodes"));
    }

    [Test]
    public void Load_ByteOrderMark_IsTaken()
    {
        using var directory = new TemporaryDirectory();
        var path = directory.Write("machine.toml", "\uFEFF" + With());

        Assert.That(MachineFile.Load(path).Definition.Memory, Is.Not.Empty);
    }

    [Test]
    public void Load_Recording_ReadsItsFirstLineOnly()
    {
        const string first = """
            {"kernel":"4.9-mny","append":"","block_size_bytes":"8000000","auto_online_blocks":"offline","nodes":{"possible":"0"},"machine_def":{},
            """ + """
            "zones":{"0":{"Normal":{"start_pfn":1048576,"spanned":32768,"present":32768,"managed":32000}}},
            """ + """
            "blocks":{"32":{"state":"online","node":"0","valid_zones":"Normal","removable":"0"}}}
            """;
        using var directory = new TemporaryDirectory();
        var path = directory.Write("trace.jsonl", first.ReplaceLineEndings("") + "\n" + new string('x', MachineFile.LengthMax));

        var machine = MachineFile.Load(path);

        Assert.That(machine.Kernel, Is.EqualTo("4.9"));
        Assert.That(machine.Definition.MovableNode, Is.True);
        Assert.That(machine.Definition.Memory.Single().KernelPages, Is.True);
    }

    /// <summary>A recording of a running machine: DIMMs with some blocks online, and the files of the nodes.</summary>
    [Test]
    public void Load_RecordingOfARunningMachine_KnowsDimmsCpusAndDistances()
    {
        const string first = """
            {"kernel":"6.12","append":"","block_size_bytes":"8000000","auto_online_blocks":"offline","memory_failure":false,
            "nodes":{"possible":"0-1","has_cpu":"0"},"cpus":{"0":"0-3","1":""},"distances":{"0":"10 21","1":"!ENOENT"},
            "zones":{"0":{"Normal":{"start_pfn":1048576,"spanned":98304,"present":65536,"managed":65000}}},
            "dimms":[{"id":"PNP0C80.00","node":0,"addr":4429185024,"size":268435456}],
            "blocks":{"32":{"state":"online","node":"0","valid_zones":"Normal","removable":"1"},
            "33":{"state":"offline","node":"0","valid_zones":"Normal Movable","removable":"1"},
            "34":{"state":"online","node":"0","valid_zones":"Normal","removable":"1"}}}
            """;
        using var directory = new TemporaryDirectory();
        var path = directory.Write("trace.jsonl", first.ReplaceLineEndings(""));

        var definition = MachineFile.Load(path).Definition;

        Assert.That(definition.Nodes[0].Cpus, Is.EqualTo(new[] { 0, 1, 2, 3 }));
        Assert.That(definition.Nodes[0].Distances, Is.EqualTo(new[] { 10, 21 }));
        Assert.That((definition.Nodes[1].Cpus, definition.Nodes[1].Distances), Is.EqualTo((Array.Empty<int>(), Array.Empty<int>())));
        Assert.That(definition.Config.MemoryFailure, Is.False);
        Assert.That(definition.Memory.Select(range => (range.First.Number, range.Dimm, range.HolePages)),
            Is.EqualTo(new[] { (32, null, 0), (33, "PNP0C80.00", 0), (34, "PNP0C80.00", 0) }));
        Assert.That(definition.Memory[1].Zones, Is.EqualTo(default(ZoneSet)), "an offline block of newer kernels is in no zone");
        Assert.That(definition.Zones.Single().PresentBootPages, Is.EqualTo(32768), "without the block of the DIMM");
    }
}
