namespace HotplugFs.Machines.Recordings;

/// <summary>The configuration of the emulator that ran the recorded kernel.</summary>
public sealed record RecordedHardware
{
    /// <summary>The boot memory of each node, in MiB.</summary>
    public IReadOnlyList<int>? BootMib { get; init; }

    /// <summary>The CPUs of each possible node, such as <c>0-1</c>; null for a node without.</summary>
    public IReadOnlyList<string?>? Cpus { get; init; }

    /// <summary>What was plugged before the kernel booted.</summary>
    public IReadOnlyList<RecordedDimm>? Dimms { get; init; }

    /// <summary>Further options of the emulator.</summary>
    public IReadOnlyList<string>? More { get; init; }
}
