namespace HotplugFs.Engine.Memory;

/// <summary>A part of a block that is on another node than the block's first page.</summary>
/// <param name="Node">Number of the node.</param>
/// <param name="Pages">Number of pages, a multiple of <see cref="Alignment"/>.</param>
/// <param name="Zone">Selects one of the node's zones, to which the pages belong.</param>
public sealed record NodePart(int Node, long Pages, ZoneType Zone)
{
    /// <summary>The number of pages whose multiples a part begins and ends at.</summary>
    public const int Alignment = PhysicalMemory.PagesPerPageblock;
}
