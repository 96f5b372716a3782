namespace HotplugFs.Engine.Memory;

/// <summary>A part of a block that is on another node than the block's first page.</summary>
/// <param name="Node">Number of the node.</param>
/// <param name="Pages">Number of pages, those of whole pageblocks.</param>
/// <param name="Zone">Selects one of the node's zones, to which the pages belong.</param>
public sealed record NodePart(int Node, long Pages, ZoneType Zone);
