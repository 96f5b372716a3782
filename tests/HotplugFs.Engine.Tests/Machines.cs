using HotplugFs.Kernels;

namespace HotplugFs.Engine.Tests;

/// <summary>Machines for tests.</summary>
internal static class Machines
{
    public const long BlockSize = 128L << 20;

    private const string DefaultKernel = "4.9";

    /// <summary>
    /// Two nodes: node0 boots blocks 0, 1 (DMA32) and 32, 33 (Normal), node1 boots 34-37 (Normal); dimm0 = 40-43 on node1,
    /// dimm1 = 44-47 on node0. Blocks 0, 1 and 32 hold kernel pages.
    /// </summary>
    public static Machine Default(bool movableNode = false, string kernel = DefaultKernel) => Boot(new MachineDefinition
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
    }, kernel);

    /// <summary>Node0 boots blocks 0-3 (DMA32) that hold kernel pages; node1 has no CPU and only DIMMs of one block each.</summary>
    /// <param name="dimmBlocks">Number of DIMMs, from block 32 on; their names are b0, b1, ...</param>
    public static Machine Memoryless(int dimmBlocks, bool movableNode = false, string kernel = DefaultKernel) => Boot(new MachineDefinition
    {
        BlockSizeBytes = BlockSize,
        MovableNode = movableNode,
        Nodes = [new NodeDefinition(0, [0]), new NodeDefinition(1, [])],
        Memory = [new MemoryRange(new BlockId(0), 4, 0, ZoneType.Dma32) { KernelPages = true }],
        Dimms = Enumerable.Range(0, dimmBlocks).Select(i => Dimm($"b{i}", 1, 32 + i, 1)).ToArray(),
    }, kernel);

    public static Machine Boot(MachineDefinition definition, string kernel = DefaultKernel) => new(definition, KernelCatalogue.Get(kernel).Rules);

    public static DimmDefinition Dimm(string id, int node, int firstBlock, int blocks) =>
        new(id, node, blocks * BlockSize, firstBlock * BlockSize);
}
