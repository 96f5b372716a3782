namespace HotplugFs.Engine.Memory;

/// <summary>A memory device that is plugged: blocks that are added and removed together.</summary>
/// <param name="Index">Number in the order of plugging; never used again.</param>
/// <param name="Id">The user's name for it.</param>
/// <param name="Slot">The firmware's slot number, the NN of <c>PNP0C80:NN</c>; free again after the DIMM is unplugged.</param>
/// <param name="Node">The node of its blocks.</param>
/// <param name="First">Its first block.</param>
/// <param name="Count">Number of its blocks.</param>
public sealed record Dimm(int Index, string Id, int Slot, NumaNode Node, BlockId First, int Count)
{
    /// <summary>Number of its blocks that are online in a zone the kernel itself may use.</summary>
    public int KernelBlocks { get; private set; }

    /// <summary>Number of its blocks that are online in zone Movable.</summary>
    public int MovableBlocks { get; private set; }

    /// <summary>Its last block.</summary>
    public BlockId Last => new(First.Number + Count - 1);

    /// <summary>Counts blocks that came online in a zone, or with a negative change went offline.</summary>
    internal void CountOnline(Zone zone, int change)
    {
        if (zone.IsKernelZone)
            KernelBlocks += change;
        else
            MovableBlocks += change;
    }
}
