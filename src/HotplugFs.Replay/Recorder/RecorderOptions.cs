using HotplugFs.Machines.Dumps;

namespace HotplugFs.Replay.Recorder;

/// <summary>How to record a machine.</summary>
public sealed record RecorderOptions
{
    /// <summary>The directory that holds <c>sys</c> and <c>proc</c>; empty for the running machine.</summary>
    public string Root { get; init; } = "";

    /// <summary>The same files, from which the devices are read as importing does; null to record no devices.</summary>
    public IDump? Devices { get; init; }

    /// <summary>The simulated kernel to compare with, as in <c>kernel</c> of a recording; null for the closest one.</summary>
    public string? Kernel { get; init; }

    /// <summary>The numbers of the blocks to write to, ascending. If there are none, nothing is written.</summary>
    public IReadOnlyList<int> Blocks { get; init; } = [];

    /// <summary>True to write to blocks that the system may need, too.</summary>
    public bool Force { get; init; }

    /// <summary>After this time a write is interrupted by a signal.</summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Receives each line about the progress.</summary>
    public Action<string> Report { get; init; } = _ => { };

    /// <summary>Stops the recording. The blocks are restored nevertheless.</summary>
    public CancellationToken Cancellation { get; init; }
}
