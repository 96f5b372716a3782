using HotplugFs.Machines.Recordings;

namespace HotplugFs.Machines.Dumps;

/// <summary>
/// Guesses the spans of zones without <c>/proc/zoneinfo</c>, where a block lies in several: the kernel names no zone of it, and a machine file
/// has to state where they meet.
/// </summary>
internal sealed class ZoneGuess(RecordingHeader header, Architecture architecture, long blockSize, Losses losses, Guesses guesses)
{
    private readonly long _pages = blockSize / architecture.PageSizes[0].Bytes;

    /// <summary>Adds the zones of each node that has such a block.</summary>
    public void Complete()
    {
        foreach (var node in header.Blocks
            .Where(block => block.Value is { IsOnline: true, ValidZones: "none", OtherNodes.Count: 0 }).GroupBy(block => block.Value.NodeNumber))
        {
            header.Zones[node.Key] = ZonesOf(node.Key);
            foreach (var (number, _) in node)
            {
                guesses.ZoneOf(number);
                losses.Add($"memory{number}", "the block is in several zones; where they meet is guessed");
            }
        }
    }

    private Dictionary<string, RecordedZone> ZonesOf(int node)
    {
        var zones = new Dictionary<string, RecordedZone>();
        var online = header.Blocks
            .Where(block => block.Value is { IsOnline: true, OtherNodes.Count: 0 } && block.Value.NodeNumber == node)
            .OrderBy(block => block.Key).ToArray();
        for (var i = 0; i < online.Length; i++)
        {
            var (number, block) = online[i];
            var (start, end) = (number * _pages, (number + 1) * _pages);
            if (ZoneNames.TryParse(block.ValidZones.Split(' ')[0], out var type))
            {
                Extend(zones, type, start, end);
                continue;
            }
            var limits = architecture.Zones.FirstOrDefault(zone =>
                zone.Type == ZoneType.Dma && zone.End > start * PageSize && zone.End < end * PageSize);
            var below = limits is null ? Neighbor(online[..i].Reverse()) ?? ZoneType.Normal : ZoneType.Dma;
            var above = Neighbor(online[(i + 1)..]) ?? (limits is null ? ZoneType.Movable : ZoneType.Dma32);
            if (above <= below)
                above = below < ZoneType.Movable ? ZoneType.Movable : above;
            if (above == below)
                below = ZoneType.Normal;
            var middle = limits is null ? start + _pages / 2 : limits.End / PageSize;
            Extend(zones, below, Math.Max(start, 1), middle);
            Extend(zones, above, middle, end);
        }
        return zones;
    }

    private long PageSize => architecture.PageSizes[0].Bytes;

    private static ZoneType? Neighbor(IEnumerable<KeyValuePair<int, RecordedBlock>> blocks)
    {
        foreach (var (_, block) in blocks)
            if (ZoneNames.TryParse(block.ValidZones.Split(' ')[0], out var type))
                return type;
        return null;
    }

    private static void Extend(Dictionary<string, RecordedZone> zones, ZoneType type, long start, long end)
    {
        if (!zones.TryGetValue(type.Name(), out var zone))
            zones.Add(type.Name(), zone = new RecordedZone { StartPfn = start, Managed = 0 });
        zone.Spanned = end - zone.StartPfn;
        zone.Present += end - start;
        zone.Managed += end - start;
    }
}
