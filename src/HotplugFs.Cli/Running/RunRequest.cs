namespace HotplugFs.Cli.Running;

/// <summary>What <c>hotplugfs run</c> is to do.</summary>
internal sealed record RunRequest
{
    /// <summary>The command and its arguments.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>A preset's name, a machine file or a recording.</summary>
    public required string Machine { get; init; }

    /// <summary>The kernel, if another than the machine names.</summary>
    public string? Kernel { get; init; }

    /// <summary>CONFIG_MOVABLE_NODE, if other than the machine says.</summary>
    public bool? MovableNode { get; init; }

    /// <summary>A file with udev rules or a directory of such files; null for no udev.</summary>
    public string? UdevRules { get; init; }

    /// <summary>Where the machine's log goes when the command has ended; null for nowhere.</summary>
    public string? LogFile { get; init; }
}
