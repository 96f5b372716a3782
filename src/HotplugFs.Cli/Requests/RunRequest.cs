namespace HotplugFs.Cli.Requests;

/// <summary>What <c>hotplugfs run</c> runs.</summary>
internal sealed record RunRequest
{
    /// <summary>The command's name and its arguments; empty for the user's shell.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    public required MachineSelection Machine { get; init; }

    /// <summary>The file that keeps the machine; null for a machine that ends with the command.</summary>
    public StateRequest? State { get; init; }

    /// <summary>The path of a udev rules file, or of a directory of such files; null to run no udev.</summary>
    public string? UdevRules { get; init; }

    /// <summary>The path of the file to which the machine's log is copied when the command exits; null to discard the log.</summary>
    public string? LogFile { get; init; }

    /// <summary>The file that receives the machine's journal; null for none.</summary>
    public string? JournalFile { get; init; }

    /// <summary>True if the command is an ordinary user, who may not write to the machine's files.</summary>
    public bool IsOrdinaryUser { get; init; }

    /// <summary>True if the command has the host's network, and receives no uevents of the machine.</summary>
    public bool HasHostNetwork { get; init; }

    /// <summary>The word for the machine's CPUs.</summary>
    public const string MachineCpus = "machine";

    /// <summary>The word for the host's CPUs.</summary>
    public const string HostCpus = "host";

    /// <summary>True if the command sees the machine's CPUs, false for the host's; null for the machine's if the host has one of them.</summary>
    public bool? ShowsMachineCpus { get; init; }

    /// <summary>What systemd-detect-virt prints; null for what it finds.</summary>
    public string? Virtualization { get; init; }

    /// <summary>True if the command keeps the user's own rights and devices, with which it can reach the host's files.</summary>
    public bool IsPrivileged { get; init; }
}
