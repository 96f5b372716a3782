namespace HotplugFs.Cli.Requests;

/// <summary>The machine to simulate.</summary>
internal sealed record MachineSelection
{
    /// <summary>The preset that is used if nothing is named.</summary>
    public const string Default = "default";

    /// <summary>A preset's name, or the path of a machine file or recording.</summary>
    public string Name { get; init; } = Default;

    /// <summary>The kernel version; null for the machine's own.</summary>
    public string? Kernel { get; init; }

    /// <summary>CONFIG_MOVABLE_NODE; null for the machine's own setting.</summary>
    public bool? MovableNode { get; init; }

    /// <summary>The path of the scenario that the machine runs; null for none.</summary>
    public string? Scenario { get; init; }

    /// <summary>True if the machine's time passes only by <c>hotplugfs step</c>.</summary>
    public bool HasManualClock { get; init; }

    /// <summary>True if the user has named the machine.</summary>
    public bool IsNameGiven { get; init; }

    /// <summary>True if the user has chosen the clock.</summary>
    public bool IsClockGiven { get; init; }
}
