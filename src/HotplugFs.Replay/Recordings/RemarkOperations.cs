using HotplugFs.Machines.Recordings;

namespace HotplugFs.Replay.Recordings;

/// <summary>Looks at all zones.</summary>
internal sealed record ZonesOperation : RecordedOperation
{
    /// <summary>The zones as in <see cref="RecordingHeader.Zones"/>.</summary>
    public required IReadOnlyDictionary<int, IReadOnlyDictionary<string, RecordedZone?>?> Zones { get; init; }
}

/// <summary>A remark of the recorder; nothing is done.</summary>
internal sealed record NoteOperation : RecordedOperation
{
    /// <summary>The remark.</summary>
    public required string Note { get; init; }
}

/// <summary>The kernel's log; nothing is done or compared.</summary>
internal sealed record KernelLogOperation : RecordedOperation
{
    /// <summary>The lines since boot.</summary>
    public required IReadOnlyList<string> Log { get; init; }
}
