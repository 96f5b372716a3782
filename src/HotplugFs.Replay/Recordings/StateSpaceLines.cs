using System.Text.Json;
using System.Text.Json.Serialization;
using HotplugFs.Machines.Recordings;

namespace HotplugFs.Replay.Recordings;

/// <summary>A line of a recording of a whole state space: one of the states.</summary>
internal sealed record RecordedState
{
    /// <summary>The number of the state; 0 is the machine after boot.</summary>
    public required long State { get; init; }

    /// <summary>The explored blocks that are present, by number.</summary>
    public required IReadOnlyDictionary<int, BlockFacts?> Blocks { get; init; }

    /// <summary>The texts of the files in <c>node/</c>, as in <see cref="RecordingHeader.Nodes"/>.</summary>
    public required IReadOnlyDictionary<string, string> Nodes { get; init; }

    /// <summary>All zones of the explored node, by name, without the node's own span.</summary>
    public required IReadOnlyDictionary<string, RecordedZone?> Zones { get; init; }
}

/// <summary>A line of a recording of a whole state space: an operation that leads from one state to another.</summary>
internal sealed record RecordedTransition
{
    /// <summary>The number of the state before the operation.</summary>
    public required long From { get; init; }

    /// <summary>The block's number, and what is written to its <c>state</c>, or <c>add</c> or <c>del</c> to plug or unplug its DIMM.</summary>
    public required IReadOnlyList<JsonElement> Op { get; init; }

    /// <summary>The name of the errno, or null for success.</summary>
    public string? Err { get; init; }

    /// <summary>The number of bytes written, if it is less than all.</summary>
    public long? N { get; init; }

    /// <summary>The number of the state after the operation; absent if the kernel crashed.</summary>
    public long? To { get; init; }

    /// <summary>The number of the line in the file, from 1.</summary>
    [JsonIgnore]
    public int Line { get; init; }
}
