namespace HotplugFs.Kernfs;

/// <summary>What all nodes of a tree have in common until someone changes it.</summary>
public sealed record TreeOptions
{
    /// <summary>The owner.</summary>
    public uint Uid { get; init; }

    /// <summary>The owning group.</summary>
    public uint Gid { get; init; }

    /// <summary>fsync(2) is EINVAL, as in kernels whose attributes do not know it; else it does nothing.</summary>
    public bool RefusesSync { get; init; }

    /// <summary>All times of the nodes.</summary>
    public Timespec BootTime { get; init; }
}
