using System.Text.Json;
using System.Text.Json.Serialization;
using HotplugFs.Machines.Recordings;

namespace HotplugFs.Replay.Recordings;

/// <summary>A line of a recording of a whole state space: one of the states.</summary>
internal sealed class RecordedState
{
    /// <summary>The number of the state; 0 is the machine after boot.</summary>
    [JsonRequired] public long State { get; set; }

    /// <summary>The explored blocks that are present, by number.</summary>
    [JsonRequired] public Dictionary<int, BlockFacts?> Blocks { get; set; } = [];

    /// <summary>The texts of the files in <c>node/</c>, as in <see cref="RecordingHeader.Nodes"/>.</summary>
    [JsonRequired] public Dictionary<string, string> Nodes { get; set; } = [];

    /// <summary>All zones of the explored node, by name, without the node's own span.</summary>
    [JsonRequired] public Dictionary<string, RecordedZone?> Zones { get; set; } = [];
}

/// <summary>A line of a recording of a whole state space: an operation that leads from one state to another.</summary>
internal sealed class RecordedTransition
{
    /// <summary>The number of the state before the operation.</summary>
    [JsonRequired] public long From { get; set; }

    /// <summary>
    /// An array: the block's number, and what is written to its <c>state</c>, or <c>add</c> or <c>del</c> to plug or unplug its DIMM.
    /// </summary>
    [JsonRequired] public JsonElement Op { get; set; }

    /// <summary>The name of the errno, or null for success.</summary>
    public string? Err { get; set; }

    /// <summary>The number of bytes written, if it is less than all.</summary>
    public long? N { get; set; }

    /// <summary>The number of the state after the operation; absent if the kernel crashed.</summary>
    public long? To { get; set; }

    /// <summary>The number of the line in the file, from 1.</summary>
    [JsonIgnore]
    public int Line { get; set; }
}
