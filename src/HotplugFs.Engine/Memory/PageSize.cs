namespace HotplugFs.Engine.Memory;

/// <summary>A size of pages that an architecture's kernels can be built with, and what follows from it.</summary>
/// <param name="Bytes">Bytes in a page.</param>
/// <param name="BlockSizeMin">Bytes in the smallest block:
/// a section of the architecture (SECTION_SIZE_BITS), or what machine files have always accepted.</param>
public sealed record PageSize(int Bytes, long BlockSizeMin)
{
    /// <summary>Bytes in a page of most kernels.</summary>
    public const int Usual = 4096;
}
