namespace HotplugFs.Machines.Recordings;

/// <summary>Finds the pages of a recorded machine's boot blocks that are not RAM.</summary>
internal sealed class BlockHoles
{
    private readonly RecordingHeader _header;
    private readonly ZoneFigures[] _zones;
    private readonly long _blockSizeBytes;
    private readonly int _pageSizeBytes;
    private readonly (long From, long To)[] _bootMemory;

    public BlockHoles(RecordingHeader header, ZoneFigures[] zones, long blockSizeBytes, int pageSizeBytes)
    {
        _header = header;
        _zones = zones;
        _blockSizeBytes = blockSizeBytes;
        _pageSizeBytes = pageSizeBytes;
        _bootMemory = [.. BootMemory(header.Bootlog ?? [])];
    }

    private long PagesPerBlock => _blockSizeBytes / _pageSizeBytes;

    /// <summary>Returns the number of pages of a block that are not RAM; 0 for a block of a DIMM.</summary>
    public int PagesOf(int block)
    {
        if (_header.Bootlog is null)
            return _header.Blocks[block].IsOnline ? FromZones(block) : 0;
        var (start, end) = (block * _blockSizeBytes, (block + 1) * _blockSizeBytes);
        var memory = _bootMemory.Where(memory => memory.From < end && memory.To > start).ToArray();
        if (memory.Length == 0)
            return 0;
        // Lines that contradict each other can have more memory than the block.
        return (int)Math.Max(0, PagesPerBlock - memory.Sum(memory => CompletePages(Math.Max(memory.From, start), Math.Min(memory.To, end))));
    }

    /// <summary>True if the last page of a block is not RAM.</summary>
    public bool IncludeEndOf(int block)
    {
        var last = (block + 1) * _blockSizeBytes - 1;
        return PagesOf(block) > 0 && !_bootMemory.Any(memory => memory.From <= last && last < memory.To);
    }

    /// <summary>Returns the number of pages of a block that a span includes.</summary>
    public long Overlap(PfnRange span, int block) =>
        Math.Max(0, Math.Min(span.End, (block + 1) * PagesPerBlock) - Math.Max(span.Start, block * PagesPerBlock));

    /// <summary>
    /// Without boot messages: the pages of a block that no zone spans are a hole. Firmware reserves the end of the memory below 4 GiB, so
    /// the pages that a zone below Normal spans but does not have are missing from its highest block.
    /// </summary>
    private int FromZones(int block)
    {
        var node = _header.Blocks[block].NodeNumber;
        var zones = _zones.Where(zone => zone.Node == node).ToArray();
        // A dump can lack the figures of zones.
        if (zones.Length == 0)
            return 0;
        var missing = PagesPerBlock - zones.Sum(zone => Overlap(zone.Span, block));
        foreach (var zone in zones.Where(zone => zone.Type < ZoneType.Normal && Overlap(zone.Span, block) > 0))
        {
            int[] blocks = [.. _header.Blocks.Keys.Where(other => IsOnlineBeside(block, other) && Overlap(zone.Span, other) > 0)];
            if (blocks.Max() == block)
                missing += blocks.Sum(other => Overlap(zone.Span, other)) - zone.PresentPages;
        }
        return (int)Math.Max(0, missing);
    }

    /// <summary>True if another block is online on the same node.</summary>
    private bool IsOnlineBeside(int block, int other) =>
        _header.Blocks[other] is { IsOnline: true } found && found.Node == _header.Blocks[block].Node;

    private long CompletePages(long from, long to) => to / _pageSizeBytes - (from + _pageSizeBytes - 1) / _pageSizeBytes;

    /// <summary>Reads the memory map from lines such as <c>node   0: [mem 0x0000000000100000-0x000000000ffdffff]</c>.</summary>
    private static IEnumerable<(long From, long To)> BootMemory(IEnumerable<string> log)
    {
        foreach (var line in log)
        {
            var words = line.Split([' ', '[', ']', '-', ':'], StringSplitOptions.RemoveEmptyEntries);
            if (words is ["node", _, "mem", var from, var to])
                yield return (Convert.ToInt64(from, 16), Convert.ToInt64(to, 16) + 1);
        }
    }
}
