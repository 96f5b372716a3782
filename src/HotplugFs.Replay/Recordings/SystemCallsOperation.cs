using System.Text.Json;
using System.Text.Json.Serialization;

namespace HotplugFs.Replay.Recordings;

/// <summary>System calls that one process makes, one after the other. What they open is closed at the end.</summary>
internal sealed class SystemCallsOperation : RecordedOperation
{
    /// <summary>The uid and gid of the process; absent for root.</summary>
    public int As { get; set; }

    /// <summary>The calls, an array with an array of name and arguments for each; see <see cref="RecordedCall"/>.</summary>
    [JsonRequired] public JsonElement Steps { get; set; }

    /// <summary>The result of each call.</summary>
    [JsonRequired] public List<RecordedResult> Res { get; set; } = [];
}
