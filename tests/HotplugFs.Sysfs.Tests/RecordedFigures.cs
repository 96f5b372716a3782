using System.Text.RegularExpressions;
using HotplugFs.Engine;
using HotplugFs.Engine.Memory;
using HotplugFs.Kernels;

namespace HotplugFs.Sysfs.Tests;

/// <summary>Complete files of a real kernel, and a simulated machine in the same state (Figures/README.md).</summary>
internal sealed partial class RecordedFigures
{
    private readonly string _kernel;
    private readonly Dictionary<string, string> _files;

    public RecordedFigures(string kernel)
    {
        _kernel = kernel;
        _files = Read("idle-dimm");
    }

    /// <summary>The node of the DIMM that is online.</summary>
    public int DimmNode => IsSmall ? 1 : 0;

    /// <summary>The machine has a node 2, which begins with a DIMM.</summary>
    public bool HasThirdNode => _kernel is "4.9" or "6.1" or "6.12";

    /// <summary>The 3.8 machine has its boot memory below 1 GiB, on one node with the only CPU.</summary>
    private bool IsSmall => _kernel == "3.8";

    [GeneratedRegex(@"^==> (\S+)\n", RegexOptions.Multiline)]
    private static partial Regex Heading { get; }

    [GeneratedRegex(@"Node (?<node>\d+), zone +(?<zone>\w+)\n(?: .*\n)*?        spanned  (?<spanned>\d+)\n"
        + @"        present  (?<present>\d+)\n        managed  (?<managed>[1-9]\d*)\n(?: .*\n)*?  start_pfn: +(?<start>\d+)")]
    private static partial Regex PopulatedZone { get; }

    /// <summary>The text of a recorded file.</summary>
    public string this[string file] => _files[file];

    /// <summary>Boots the machine and does with it what was done with the recorded one.</summary>
    /// <param name="memmap">Where the memory map of added memory is.</param>
    public TestTree Simulate(MemmapOnMemory memmap = MemmapOnMemory.No)
    {
        var found = KernelCatalogue.Get(_kernel);
        var tree = new TestTree(new Machine(Definition(memmap), found.Rules), found.Files);
        var first = IsSmall ? 32 : 40;
        Assert.That(tree.Machine.Plug(new DimmDefinition("d0", DimmNode, 4L << 27, Address: null)).IsOk);
        // Up to 4.9 the boundary rule demands this order, and 4.14 and 4.19 were recorded in it; the marks depend on it.
        foreach (var offset in _kernel is "6.1" or "6.12" ? (int[])[0, 1, 2, 3] : [3, 2, 1, 0])
            Assert.That(tree.Write($"memory/memory{first + offset}/state", offset == 0 ? "online_kernel" : "online_movable").IsOk, tree.Log);
        if (HasThirdNode)
            Assert.That(tree.Machine.Plug(new DimmDefinition("d2", 2, 1L << 27, Address: null)).IsOk);
        return tree;
    }

    private Dictionary<string, string> Read(string sample)
    {
        var text = File.ReadAllText(Path.Combine(TestContext.CurrentContext.TestDirectory, "Figures", $"{_kernel}-{sample}.txt"));
        var parts = Heading.Split(text)[1..];
        return parts.Chunk(2).ToDictionary(part => part[0], part => part[1].TrimEnd('\n') + "\n");
    }

    private MachineDefinition Definition(MemmapOnMemory memmap) => new()
    {
        BlockSizeBytes = 1L << 27,
        MovableNode = true,
        Config = new KernelConfig { TransparentHugePages = !IsSmall, MemoryFailure = _kernel != "4.14", MemmapOnMemory = memmap },
        Nodes = IsSmall
            ? [new NodeDefinition(0, [0]), new NodeDefinition(1, [])]
            : [new NodeDefinition(0, [0]), new NodeDefinition(1, [1]), .. HasThirdNode ? [new NodeDefinition(2, [])] : (NodeDefinition[])[]],
        Memory = IsSmall
            ? [new MemoryRange(new BlockId(0), 8, 0, ZoneType.Dma32) { KernelPages = true }]
            :
            [
                new MemoryRange(new BlockId(0), 1, 0, ((ZoneSet)ZoneType.Dma).With(ZoneType.Dma32)) { KernelPages = true },
                new MemoryRange(new BlockId(1), 1, 0, ZoneType.Dma32),
                new MemoryRange(new BlockId(32), 1, 0, ZoneType.Normal),
                new MemoryRange(new BlockId(33), 1, 0, ZoneType.Normal) { KernelPages = true },
                new MemoryRange(new BlockId(34), 3, 1, ZoneType.Normal),
                new MemoryRange(new BlockId(37), 1, 1, ZoneType.Normal) { KernelPages = true },
            ],
        Zones = [.. PopulatedZone.Matches(Read("idle-boot")["/proc/zoneinfo"]).Select(Figures)],
    };

    private static ZoneFigures Figures(Match match)
    {
        long Number(string group) => long.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);
        Assert.That(ZoneNames.TryParse(match.Groups["zone"].Value, out var zone));
        var span = new PfnRange(Number("start"), Number("start") + Number("spanned"));
        return new ZoneFigures((int)Number("node"), zone, span, Number("present"), Number("managed"), Initialized: true)
        {
            PresentBootPages = Number("present"),
        };
    }
}
