using HotplugFs.Replay.InProcess;
using HotplugFs.Replay.Mounted;

namespace HotplugFs.Replay.Playback;

/// <summary>How to replay a recording.</summary>
public sealed class ReplayOptions
{
    /// <summary>Mounts the machine of a recording, for real system calls through the kernel; null to replay in this process.</summary>
    public Func<Trace, IMountedMachine>? Mount
    {
        init => Backend = value is null ? new InProcessBackend() : new MountBackend(value);
    }

    /// <summary>True if the operations are system calls on a mount.</summary>
    public bool IsMounted => Backend is MountBackend;

    /// <summary>Called before each operation.</summary>
    public Action? Progress { get; init; }

    /// <summary>Stops before the next operation.</summary>
    public CancellationToken Cancellation { get; init; }

    internal IReplayBackend Backend { get; private init; } = new InProcessBackend();

    internal void BeforeOperation()
    {
        Cancellation.ThrowIfCancellationRequested();
        Progress?.Invoke();
    }
}
