using HotplugFs.Engine.Kernels;
using HotplugFs.Engine.Memory;

namespace HotplugFs.Engine.Tests;

/// <summary>Machines for tests. What a test does not name does not matter to it.</summary>
internal static class Machines
{
    public const long BlockSize = 128L << 20;

    /// <summary>
    /// Two nodes: node0 boots blocks 0, 1 (DMA32) and 32, 33 (Normal), node1 boots 34-37 (Normal); dimm0 = 40-43 on node1,
    /// dimm1 = 44-47 on node0. Blocks 0, 1 and 32 hold kernel pages.
    /// </summary>
    public static Machine Default(bool movableNode = false) => Boot(new MachineDefinition
    {
        BlockSizeBytes = BlockSize,
        MovableNode = movableNode,
        Nodes = [new NodeDefinition(0, [0]), new NodeDefinition(1, [1])],
        Memory =
        [
            new MemoryRange(new BlockId(0), 2, 0, ZoneType.Dma32) { KernelPages = true },
            new MemoryRange(new BlockId(32), 1, 0, ZoneType.Normal) { KernelPages = true },
            new MemoryRange(new BlockId(33), 1, 0, ZoneType.Normal),
            new MemoryRange(new BlockId(34), 4, 1, ZoneType.Normal),
        ],
        Dimms = [Dimm("dimm0", 1, 40, 4), Dimm("dimm1", 0, 44, 4)],
    });

    /// <summary>Node0 boots blocks 0-3 (DMA32) that hold kernel pages; node1 has no CPU and only dimms of one block each.</summary>
    /// <param name="dimmBlocks">How many dimms, from block 32 on; they are named b0, b1, ...</param>
    public static Machine Memoryless(int dimmBlocks, bool movableNode = false) => Boot(new MachineDefinition
    {
        BlockSizeBytes = BlockSize,
        MovableNode = movableNode,
        Nodes = [new NodeDefinition(0, [0]), new NodeDefinition(1, [])],
        Memory = [new MemoryRange(new BlockId(0), 4, 0, ZoneType.Dma32) { KernelPages = true }],
        Dimms = Enumerable.Range(0, dimmBlocks).Select(i => Dimm($"b{i}", 1, 32 + i, 1)).ToArray(),
    });

    public static Machine Boot(MachineDefinition definition) => new(definition, KernelCatalogue.Find("4.9")!);

    public static DimmDefinition Dimm(string id, int node, int firstBlock, int blocks) =>
        new(id, node, blocks * BlockSize, firstBlock * BlockSize);
}

/// <summary>Short words for what tests do to a machine.</summary>
internal static class MachineExtensions
{
    public static Result<DeviceOutcome> Write(this Machine machine, int block, string word) =>
        machine.Devices.SetState(new BlockId(block), StateWords.AllRequests.Single(request => request.Word() == word));

    public static string State(this Machine machine, int block) => machine[new BlockId(block)].State.Word();

    public static string ValidZones(this Machine machine, int block) => machine.ValidZones(new BlockId(block)).ToString();

    public static ZoneType Zone(this Machine machine, int block) => machine[new BlockId(block)].Zones.Lowest;

    /// <summary>The first and the last block of a zone's span.</summary>
    public static string Blocks(this Machine machine, int node, ZoneType zone)
    {
        var pagesPerBlock = machine.BlockSizeBytes / PhysicalMemory.PageSizeBytes;
        var span = machine.FindNode(node)!.Zone(zone).Span;
        var (first, last) = (span.Start / pagesPerBlock, (span.End - 1) / pagesPerBlock);
        return first == last ? $"{first}" : $"{first}-{last}";
    }
}
