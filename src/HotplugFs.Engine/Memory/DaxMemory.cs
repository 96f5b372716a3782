namespace HotplugFs.Engine.Memory;

/// <summary>The blocks that driver kmem added for a dax device.</summary>
/// <param name="Index">Number in the order of adding; never used again.</param>
/// <param name="Id">The name of the device: <c>dax0.0</c>.</param>
/// <param name="Node">The node of the blocks.</param>
/// <param name="First">The first block.</param>
/// <param name="Count">Number of blocks.</param>
/// <param name="MemmapPages">Pages of each block that hold the block's own memory map.</param>
public sealed record DaxMemory(int Index, string Id, NumaNode Node, BlockId First, int Count, long MemmapPages)
    : BlockGroup(Index, Id, Node, First, Count, MemmapPages);
