using System.Numerics;

namespace HotplugFs.Engine.Memory;

/// <summary>
/// A size of pages that an architecture's kernels can be built with, and what follows from it. Source: docs/kernels.md, "Free lists".
/// </summary>
/// <param name="Bytes">Bytes in a page.</param>
/// <param name="BlockSizeMin">Bytes in the smallest block:
/// a section of the architecture (SECTION_SIZE_BITS), or what machine files have always accepted.</param>
public sealed record PageSize(int Bytes, long BlockSizeMin)
{
    /// <summary>Bytes in a page of most kernels.</summary>
    public const int Usual = 4096;

    /// <summary>The greatest <see cref="MaxOrder"/>.</summary>
    public const int MaxOrderMax = 13;

    /// <summary>The default size of huge pages in KiB: what an entry of the lowest but one level of page tables maps.</summary>
    public int HugePageKiB { get; init; } = 2048;

    /// <summary>The default size of huge pages in KiB where page tables are a hash table; 0 if they never are.</summary>
    public int HashHugePageKiB { get; init; }

    /// <summary>The sizes of huge pages in KiB that kernels of distributions have with this size of pages; empty for the architecture's.</summary>
    public IReadOnlyList<int> HugePageSizes { get; init; } = [];

    /// <summary>The greatest order of the buddy allocator: its largest piece has 2^MaxOrder pages.</summary>
    public int MaxOrder { get; init; } = 10;

    /// <summary>Returns the default size of huge pages in KiB of a kernel that has these sizes.</summary>
    public int DefaultHugePageKiB(IReadOnlyList<int> sizesKiB)
    {
        var isHash = false;
        for (var i = 0; i < sizesKiB.Count && HashHugePageKiB > 0; i++)
        {
            if (sizesKiB[i] == HugePageKiB)
                return HugePageKiB;
            isHash |= sizesKiB[i] == HashHugePageKiB;
        }
        return isHash ? HashHugePageKiB : HugePageKiB;
    }

    /// <summary>Returns the order of a pageblock: a huge page of the default size, but at most the largest piece (pageblock_order).</summary>
    /// <inheritdoc cref="DefaultHugePageKiB"/>
    public int PageblockOrder(IReadOnlyList<int> sizesKiB) =>
        Math.Min(BitOperations.Log2((uint)(((long)DefaultHugePageKiB(sizesKiB) << 10) / Bytes)), MaxOrder);
}
