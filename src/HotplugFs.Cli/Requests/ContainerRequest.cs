namespace HotplugFs.Cli.Requests;

/// <summary>What the first process of a container runs.</summary>
internal sealed record ContainerRequest
{
    /// <summary>The environment variable that names the mount point.</summary>
    public const string DirectoryVariable = "HOTPLUGFS_DIR";

    /// <summary>The arguments of this process, which it needs to execute itself again.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>The mount point, in the container.</summary>
    public required string Directory { get; init; }

    public required MachineSelection Machine { get; init; }

    /// <summary>The command's name and its arguments; empty to run a shell or to wait.</summary>
    public required IReadOnlyList<string> Command { get; init; }
}
