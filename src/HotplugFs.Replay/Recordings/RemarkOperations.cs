using System.Text.Json.Serialization;
using HotplugFs.Machines.Recordings;

namespace HotplugFs.Replay.Recordings;

/// <summary>Looks at all zones.</summary>
internal sealed class ZonesOperation : RecordedOperation
{
    /// <summary>The zones as in <see cref="RecordingHeader.Zones"/>.</summary>
    [JsonRequired] public Dictionary<int, Dictionary<string, RecordedZone?>?> Zones { get; set; } = [];
}

/// <summary>A remark of the recorder; nothing is done.</summary>
internal sealed class NoteOperation : RecordedOperation
{
    /// <summary>The remark.</summary>
    [JsonRequired] public string Note { get; set; } = "";
}

/// <summary>The kernel's log; nothing is done or compared.</summary>
internal sealed class KernelLogOperation : RecordedOperation
{
    /// <summary>The lines since boot.</summary>
    [JsonRequired] public List<string> Log { get; set; } = [];
}
