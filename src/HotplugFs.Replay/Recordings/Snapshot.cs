using HotplugFs.Machines.Recordings;

namespace HotplugFs.Replay.Recordings;

/// <summary>
/// What an operation changed of the machine. To know the machine at any line, begin with the header and apply each snapshot. Absent members
/// mean no change.
/// </summary>
internal sealed class Snapshot
{
    /// <summary>The blocks by number; null for one that was removed.</summary>
    public Dictionary<int, BlockFacts?>? Blocks { get; set; }

    /// <summary>The texts of the files in <c>node/</c>, as in <see cref="RecordingHeader.Nodes"/>.</summary>
    public Dictionary<string, string>? Nodes { get; set; }

    /// <summary>The text of <c>node/has_high_memory</c>, as in <see cref="RecordingHeader.HighMemory"/>.</summary>
    public string? HighMemory { get; set; }

    /// <summary>
    /// The zones by node number and name, as in <see cref="RecordingHeader.Zones"/>; null, or all zero, for one that has no memory any
    /// more. Only in recordings whose header has spans of nodes.
    /// </summary>
    public Dictionary<int, Dictionary<string, RecordedZone?>?>? Zones { get; set; }
}
