using System.Text.Json;

namespace HotplugFs.Replay.Recordings;

/// <summary>System calls that one process makes, one after the other. What they open is closed at the end.</summary>
internal sealed record SystemCallsOperation : RecordedOperation
{
    /// <summary>The uid and gid of the process; absent for root.</summary>
    public uint? As { get; init; }

    /// <summary>The calls, each an array of the name and the arguments; see <see cref="RecordedCall"/>.</summary>
    public required IReadOnlyList<JsonElement> Steps { get; init; }

    /// <summary>The result of each call.</summary>
    public required IReadOnlyList<RecordedResult> Res { get; init; }
}
