namespace HotplugFs.Engine.Memory;

/// <summary>A device that brings memory: a DIMM or a virtio-mem device. The kernel calls its blocks a memory group.</summary>
/// <param name="Index">Number in the order of plugging; never used again.</param>
/// <param name="Id">The user's name for it.</param>
/// <param name="Node">The node of its blocks.</param>
/// <param name="First">The first block of its addresses.</param>
public abstract record MemoryDevice(int Index, string Id, NumaNode Node, BlockId First)
{
    /// <summary>Number of its blocks that are online in a zone the kernel itself may use.</summary>
    public abstract int KernelBlocks { get; }

    /// <summary>Number of its blocks that are online in zone Movable.</summary>
    public abstract int MovableBlocks { get; }

    /// <summary>Counts a block that came online in a zone, or with a negative change went offline.</summary>
    internal abstract void CountOnline(BlockId block, Zone zone, int change);

    /// <summary>Returns how many pages of a block the page allocator does not get when the block comes online.</summary>
    internal abstract long UnmanagedPages(BlockId block);
}
