namespace HotplugFs.Engine.Memory;

/// <summary>
/// The number of a memory block: its physical address divided by the block size, the N of <c>memoryN</c> (phys_index).
/// 0 to <see cref="MaxNumber"/>.
/// </summary>
/// <param name="Number">The number.</param>
public readonly record struct BlockId(int Number) : IComparable<BlockId>
{
    /// <summary>Highest number: 64 bits of node id leave 26 for it, and 52 bits of physical address need 25.</summary>
    public const int MaxNumber = (1 << 26) - 1;

    /// <inheritdoc/>
    public int CompareTo(BlockId other) => Number.CompareTo(other.Number);

    /// <summary>The name of the block's directory, <c>memoryN</c>.</summary>
    public override string ToString() => $"memory{Number}";
}
