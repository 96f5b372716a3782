namespace HotplugFs.Engine.Memory;

/// <summary>
/// The number of a memory block: its physical address divided by the block size, the N of <c>memoryN</c> (phys_index).
/// 0 to <see cref="MaxNumber"/>.
/// </summary>
public readonly record struct BlockId(int Number) : IComparable<BlockId>
{
    /// <summary>The highest number: a tree node number has 26 bits for it, and 52-bit physical addresses need 25.</summary>
    public const int MaxNumber = (1 << 26) - 1;

    /// <inheritdoc/>
    public int CompareTo(BlockId other) => Number.CompareTo(other.Number);

    /// <summary>Returns the name of the block's directory, <c>memoryN</c>.</summary>
    public override string ToString() => $"memory{Number}";
}
