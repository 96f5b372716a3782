using HotplugFs.Machines.Recordings;

namespace HotplugFs.Replay.Recordings;

/// <summary>Checks the numbers of a recording's lines before anything is computed with them.</summary>
/// <param name="blockSizeBytes">Bytes in a memory block.</param>
internal sealed class RecordedNumbers(long blockSizeBytes)
{
    private readonly RecordingRanges _ranges = new(blockSizeBytes);

    /// <summary>Checks an operation.</summary>
    /// <exception cref="FormatException">A number is out of its range.</exception>
    public void Check(RecordedOperation operation)
    {
        if (operation.Snap is { } snapshot)
            Check(snapshot);
        switch (operation)
        {
            case PlugOperation plug:
                RecordingRanges.CheckBytes("size", plug.Size);
                RecordingRanges.CheckBytes("at_addr", plug.AtAddr ?? 0);
                RecordingRanges.CheckBytes("addr", plug.Addr ?? 0);
                break;
            case PlugVirtioMemOperation plug:
                RecordingRanges.CheckBytes("max", plug.Max);
                break;
            case ResizeVirtioMemOperation resize:
                RecordingRanges.CheckBytes("size", resize.Size);
                RecordingRanges.CheckBytes("got", resize.Got);
                break;
            case ZonesOperation zones:
                CheckZones(zones.Zones);
                break;
        }
    }

    /// <summary>Checks a state.</summary>
    /// <inheritdoc cref="Check(RecordedOperation)"/>
    public void Check(RecordedState state)
    {
        _ranges.CheckBlocks(state.Blocks.Keys);
        CheckZones(new() { [0] = state.Zones });
    }

    private void Check(Snapshot snapshot)
    {
        _ranges.CheckBlocks(snapshot.Blocks?.Keys.AsEnumerable() ?? []);
        CheckZones(snapshot.Zones ?? []);
    }

    private static void CheckZones(Dictionary<int, Dictionary<string, RecordedZone?>?> zones)
    {
        foreach (var (node, changed) in zones)
        {
            RecordingRanges.CheckNode(node);
            foreach (var (name, zone) in changed ?? [])
                if (zone is not null)
                    RecordingRanges.CheckZone($"{node}/{name}", zone);
        }
    }
}
