namespace HotplugFs.Engine.Memory;

/// <summary>A size of pages that an architecture's kernels can be built with, and what follows from it.</summary>
/// <param name="Bytes">Bytes in a page.</param>
/// <param name="BlockSizeMin">Bytes in the smallest block:
/// a section of the architecture (SECTION_SIZE_BITS), or what machine files have always accepted.</param>
public sealed record PageSize(int Bytes, long BlockSizeMin)
{
    /// <summary>Bytes in a page of most kernels.</summary>
    public const int Usual = 4096;

    /// <summary>The default size of huge pages in KiB: what an entry of the lowest but one level of page tables maps.</summary>
    public int HugePageKiB { get; init; } = 2048;

    /// <summary>The sizes of huge pages in KiB that kernels of distributions have with this size of pages; empty for the architecture's.</summary>
    public IReadOnlyList<int> HugePageSizes { get; init; } = [];
}
