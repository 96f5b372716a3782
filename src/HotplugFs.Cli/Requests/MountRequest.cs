namespace HotplugFs.Cli.Requests;

/// <summary>What to mount, where and how.</summary>
internal sealed record MountRequest
{
    /// <summary>The mount point, an existing directory.</summary>
    public required string Directory { get; init; }

    public MachineSelection Machine { get; init; } = new();

    public MountOptions Options { get; init; } = new();

    /// <summary>The source that mount tables show; null for "hotplugfs".</summary>
    public string? Source { get; init; }

    /// <summary>The user and group number that own the machine's files; null for those of the daemon.</summary>
    public uint? Owner { get; init; }

    /// <summary>
    /// A network namespace, as <c>net:[inode]</c>, in which no uevent may be sent; null to send none at all.
    /// </summary>
    public string? UeventsOutside { get; init; }

    /// <summary>The file that keeps the machine; null for a machine that ends with the mount.</summary>
    public StateRequest? State { get; init; }
}
