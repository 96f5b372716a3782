namespace HotplugFs.Machines.Recordings;

/// <summary>The configuration of the emulator that ran the recorded kernel.</summary>
public sealed class RecordedHardware
{
    /// <summary>The boot memory of each node, in MiB.</summary>
    public List<int>? BootMib { get; set; }

    /// <summary>The CPUs of each possible node, such as <c>0-1</c>; null for a node without.</summary>
    public List<string?>? Cpus { get; set; }

    /// <summary>The DIMMs that were plugged before the kernel booted.</summary>
    public List<RecordedDimm>? Dimms { get; set; }

    /// <summary>Further options of the emulator.</summary>
    public List<string>? More { get; set; }
}
