using HotplugFs.Engine.Memory;
using HotplugFs.Machines.Recordings;

namespace HotplugFs.Replay.Recordings;

/// <summary>
/// What the operations of a recording show of the memory at its beginning, and the header does not: blocks with pages of the kernel, blocks
/// with holes, and a DIMM that was there at boot.
/// </summary>
internal sealed class RecordedMemory
{
    private readonly Dictionary<int, BlockFacts> _blocks = [];
    private readonly SortedSet<int> _busy = [];
    private readonly SortedSet<int> _invalid = [];
    private readonly SortedSet<int> _wentOffline = [];

    /// <summary>The boot blocks that an operation removed.</summary>
    private readonly SortedSet<int> _removed = [];

    private readonly HashSet<string> _plugged = [];

    /// <summary>The name of the DIMM that was unplugged and never plugged.</summary>
    private string? _bootDimm;

    /// <summary>Completes a header.</summary>
    public static void Complete(RecordingHeader header, IEnumerable<RecordedOperation> operations)
    {
        var memory = new RecordedMemory();
        foreach (var (number, block) in header.Blocks)
            memory._blocks.Add(number, new BlockFacts(block.State, block.ValidZones, block.Node));
        foreach (var operation in operations)
            memory.Add(operation);
        memory.Complete(header);
    }

    private void Complete(RecordingHeader header)
    {
        header.KernelBlocks ??= [.. _busy.Except(_wentOffline).Where(header.Blocks.ContainsKey)];
        header.HoleBlocks ??= [.. _invalid.Except(_wentOffline).Where(header.Blocks.ContainsKey)];
        if (_bootDimm is null || _removed.Count == 0 || header.Dimms is not null || header.MachineDef?.Dimms is not null)
            return;
        var (first, count) = (_removed.Min, 1);
        while (header.Blocks.TryGetValue(first + count, out var next) && next.Node == header.Blocks[first].Node)
            count++;
        var size = RecordingRanges.BlockSize(header.BlockSizeBytes);
        header.Dimms = [new RecordedDimm { Id = _bootDimm, Node = header.Blocks[first].NodeNumber, Addr = first * size, Size = count * size }];
    }

    private void Add(RecordedOperation operation)
    {
        switch (operation)
        {
            case WriteOperation write when OfflinedBlock(write) is { } number && IsOnlineInOneZone(number):
                (write.Err switch { null => _wentOffline, "EBUSY" => _busy, "EINVAL" => _invalid, _ => [] }).Add(number);
                break;
            case PlugOperation plug:
                _plugged.Add(plug.Id);
                break;
            case UnplugOperation unplug when !_plugged.Contains(unplug.Id):
                _bootDimm ??= unplug.Id;
                break;
        }
        foreach (var (number, facts) in operation.Snap?.Blocks ?? [])
        {
            if (facts is null && _plugged.Count == 0)
                _removed.Add(number);
            if (facts is null)
                _blocks.Remove(number);
            else
                _blocks[number] = facts;
        }
    }

    private bool IsOnlineInOneZone(int number) => _blocks.TryGetValue(number, out var facts) && facts.State == "online"
        && ZoneNames.TryParse(facts.ValidZones, out _);

    /// <summary>Returns the number of the block that a write wants to go offline; null for any other write.</summary>
    private static int? OfflinedBlock(WriteOperation write)
    {
        const string prefix = "memory/memory";
        var word = write.Data.TrimEnd('\n');
        var suffix = word switch { "offline" => "/state", "0" => "/online", _ => null };
        return suffix is not null && write.Path.StartsWith(prefix, StringComparison.Ordinal)
            && write.Path.EndsWith(suffix, StringComparison.Ordinal)
            && int.TryParse(write.Path.AsSpan()[prefix.Length..^suffix.Length], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;
    }
}
