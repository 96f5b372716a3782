using HotplugFs.Replay.InProcess;

namespace HotplugFs.Replay;

/// <summary>How to replay.</summary>
public sealed class ReplayOptions
{
    /// <summary>The kernel whose rules hold, instead of the recorded one; a name of the catalogue.</summary>
    public string? Kernel { get; init; }

    /// <summary>
    /// Mounts a machine for each recording, so that real system calls are made through the kernel; null to replay in this process.
    /// </summary>
    public Func<Trace, IMountedMachine>? Mount
    {
        init => Machines = value is null ? new SimulatedMachines() : new Mounted.MountedMachines(value);
    }

    /// <summary>Called before each operation, for progress.</summary>
    public Action? Progress { get; init; }

    /// <summary>Asks to stop before the next operation.</summary>
    public CancellationToken Cancellation { get; init; }

    internal IReplayMachines Machines { get; private init; } = new SimulatedMachines();

    internal void BeforeOperation()
    {
        Cancellation.ThrowIfCancellationRequested();
        Progress?.Invoke();
    }
}

/// <summary>A machine that someone has mounted; disposing of it unmounts it.</summary>
public interface IMountedMachine : IDisposable
{
    /// <summary>Where it is mounted, the whole of it.</summary>
    string Directory { get; }

    /// <summary>An empty directory on another file system, for calls that go from one to the other.</summary>
    string Elsewhere { get; }
}
