namespace HotplugFs.Kernfs;

/// <summary>The initial attributes of all nodes, and the features of the tree.</summary>
public sealed record TreeOptions
{
    /// <summary>The owner.</summary>
    public uint Uid { get; init; }

    /// <summary>The group.</summary>
    public uint Gid { get; init; }

    /// <summary>If true, fsync(2) fails with EINVAL, as on kernels whose attributes do not implement it; otherwise it succeeds.</summary>
    public bool RefusesSync { get; init; }

    /// <summary>If true, an object that was removed has no links for its open descriptors; otherwise as many as an empty one.</summary>
    public bool RemovedHaveNoLinks { get; init; }

    /// <summary>Bytes in a page: st_size of attributes, and st_blksize and f_bsize of everything.</summary>
    public int PageSize { get; init; } = SysfsAttribute.UsualPageSize;

    /// <summary>A write to an attribute takes at most this many bytes.</summary>
    public int WriteMax { get; init; } = SysfsAttribute.UsualPageSize;

    /// <summary>Follows the callers of stores; null if no store waits.</summary>
    public ICallers? Callers { get; init; }

    /// <summary>Answers reads in place of the files; null if each file answers itself.</summary>
    public IReadInterceptor? Reads { get; init; }

    /// <summary>The time of the last access, modification and change.</summary>
    public Timespec BootTime { get; init; }
}
