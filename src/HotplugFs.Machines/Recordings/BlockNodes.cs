namespace HotplugFs.Machines.Recordings;

/// <summary>Finds which pages of a block that is on several nodes are on which.</summary>
/// <param name="pageSizeBytes">Bytes in a page.</param>
/// <param name="pageblock">Number of pages in a pageblock, of which each part has whole ones.</param>
internal sealed class BlockNodes(
    RecordingHeader header, Architecture architecture, ZoneFigures[] zones, long blockSizeBytes, int pageSizeBytes, int pageblock)
{
    private long PagesPerBlock => blockSizeBytes / pageSizeBytes;

    /// <summary>
    /// Returns the parts of a block, the first one first: where the zones of its nodes begin or, where the figures of these are unknown, equal
    /// parts in the order of the nodes.
    /// </summary>
    public NodePart[] Of(int block)
    {
        int[] nodes = [header.Blocks[block].NodeNumber, .. header.Blocks[block].OtherNodes];
        var (first, end) = (block * PagesPerBlock, (block + 1) * PagesPerBlock);
        var starts = nodes.Select(node => ZonesOf(node, block).Select(zone => Math.Max(zone.Span.Start, first)).DefaultIfEmpty(-1).Min()).ToArray();
        if (starts.Contains(-1) || starts.Distinct().Count() < nodes.Length)
            starts = [.. nodes.Select((_, index) => first + PagesPerBlock * index / nodes.Length)];
        Array.Sort(starts, nodes);
        var bounds = starts.Select(start => start / pageblock * pageblock).Append(end).ToArray();
        bounds[0] = first;
        // A node with less than a pageblock has no part.
        return
        [
            .. nodes.Select((node, index) => new NodePart(node, bounds[index + 1] - bounds[index], ZoneOf(node, block)))
                .Where(part => part.Pages > 0),
        ];
    }

    private IEnumerable<ZoneFigures> ZonesOf(int node, int block) => zones.Where(zone =>
        zone.Node == node && zone.Span.Start < (block + 1) * PagesPerBlock && zone.Span.End > block * PagesPerBlock);

    /// <summary>The zone by the figures, or that of the next block of the node, or that of the address.</summary>
    private ZoneType ZoneOf(int node, int block)
    {
        if (ZonesOf(node, block).FirstOrDefault() is { } zone)
            return zone.Type;
        foreach (var other in (ReadOnlySpan<int>)[block - 1, block + 1])
            if (header.Blocks.TryGetValue(other, out var neighbor) && neighbor.NodeNumber == node
                && ZoneNames.TryParse(neighbor.ValidZones.Split(' ')[0], out var type))
                return type;
        return architecture.Zones.First(zone => zone.Holds(block * blockSizeBytes, (block + 1) * blockSizeBytes)).Type;
    }
}
