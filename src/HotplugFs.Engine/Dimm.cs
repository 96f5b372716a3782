using HotplugFs.Engine.Memory;

namespace HotplugFs.Engine;

/// <summary>A memory device that was plugged: blocks that come and go together.</summary>
/// <param name="Index">Its place in the machine's list, never used again.</param>
/// <param name="Id">The name it was given.</param>
/// <param name="Slot">The firmware's number for its slot, the NN of <c>PNP0C80:NN</c>; free again when it goes.</param>
/// <param name="Node">Where it is.</param>
/// <param name="First">Its first block.</param>
/// <param name="Count">Number of its blocks.</param>
public sealed record Dimm(int Index, string Id, int Slot, NumaNode Node, BlockId First, int Count)
{
    /// <summary>How many of its blocks are online in a zone that the kernel itself may use.</summary>
    public int KernelBlocks { get; internal set; }

    /// <summary>How many of its blocks are online in zone Movable.</summary>
    public int MovableBlocks { get; internal set; }

    /// <summary>Its last block.</summary>
    public BlockId Last => new(First.Number + Count - 1);
}
