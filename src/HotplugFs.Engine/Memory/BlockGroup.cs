namespace HotplugFs.Engine.Memory;

/// <summary>A device whose blocks are all there as long as it is: a DIMM or a dax device. The kernel calls it a static memory group.</summary>
/// <param name="Index">Number in the order of plugging; never used again.</param>
/// <param name="Id">The user's name for it.</param>
/// <param name="Node">The node of its blocks.</param>
/// <param name="First">Its first block.</param>
/// <param name="Count">Number of its blocks.</param>
/// <param name="MemmapPages">Pages of each block that hold the block's own memory map (docs/kernels.md, "memmap_on_memory").</param>
public abstract record BlockGroup(int Index, string Id, NumaNode Node, BlockId First, int Count, long MemmapPages)
    : MemoryDevice(Index, Id, Node, First)
{
    private int _kernelBlocks;
    private int _movableBlocks;

    /// <inheritdoc/>
    public override int KernelBlocks => _kernelBlocks;

    /// <inheritdoc/>
    public override int MovableBlocks => _movableBlocks;

    /// <summary>Passes the counts of blocks through a stream.</summary>
    internal void Transfer(StateStream state)
    {
        _kernelBlocks = state.Number(_kernelBlocks);
        _movableBlocks = state.Number(_movableBlocks);
    }

    internal override void CountOnline(BlockId block, Zone zone, int change)
    {
        if (zone.IsKernelZone)
            _kernelBlocks += change;
        else
            _movableBlocks += change;
    }

    internal override long UnmanagedPages(BlockId block) => MemmapPages;
}
