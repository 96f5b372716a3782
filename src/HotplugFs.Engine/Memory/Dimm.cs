namespace HotplugFs.Engine.Memory;

/// <summary>A memory device that is plugged: blocks that are added and removed together.</summary>
/// <param name="Index">Number in the order of plugging; never used again.</param>
/// <param name="Id">The user's name for it.</param>
/// <param name="Slot">The firmware's slot number, the NN of <c>PNP0C80:NN</c>; free again after the DIMM is unplugged.</param>
/// <param name="Node">The node of its blocks.</param>
/// <param name="First">Its first block.</param>
/// <param name="Count">Number of its blocks.</param>
/// <param name="MemmapPages">Pages of each block that hold the block's own memory map (docs/kernels.md, "memmap_on_memory").</param>
public sealed record Dimm(int Index, string Id, int Slot, NumaNode Node, BlockId First, int Count, long MemmapPages)
    : BlockGroup(Index, Id, Node, First, Count, MemmapPages)
{
    /// <summary>The name of its ACPI device: <c>PNP0C80:00</c>.</summary>
    public string AcpiName => $"PNP0C80:{Slot:x2}";

    /// <summary>Its last block.</summary>
    public BlockId Last => new(First.Number + Count - 1);

    /// <summary>Which life of the DIMM this is, if restoring a state has brought it back.</summary>
    public uint Generation { get; init; }
}
