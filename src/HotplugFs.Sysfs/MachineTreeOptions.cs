namespace HotplugFs.Sysfs;

/// <summary>Settings of a machine's tree.</summary>
public sealed record MachineTreeOptions
{
    /// <summary>Owner and times of the files.</summary>
    public TreeOptions Tree { get; init; } = new();

    /// <summary>What measures the time that hotplug operations take; a <see cref="Control.ManualClock"/> is advanced by writes.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>What happens by itself: the steps of a scenario.</summary>
    public IReadOnlyList<Control.ScenarioStep> Scenario { get; init; } = [];

    /// <summary>Returns the text of <c>hotplugfs/machine</c>.</summary>
    public Func<string> DescribeMachine { get; init; } = () => "";

    /// <summary>The machine's name, the file <c>hotplugfs/name</c>.</summary>
    public string Name { get; init; } = "machine";

    /// <summary>The process that serves the machine, the file <c>hotplugfs/daemon</c>; 0 for none.</summary>
    public int Daemon { get; init; }

    /// <summary>Returns the line of <c>hotplugfs/transport</c>: how reads reach the tree.</summary>
    public Func<string> DescribeTransport { get; init; } = () => "none";

    /// <summary>Reads the name of a process, as /proc/PID/comm shows it, into a buffer of 16 bytes; returns its length.</summary>
    public Control.ProcessName NameOf { get; init; } = (_, _) => 0;

    /// <summary>Returns the bytes that this process may still use. Blocks that need more are refused with ENOMEM.</summary>
    public Func<long> MemoryLeft { get; init; } = () => long.MaxValue;
}
