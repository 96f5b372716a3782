using HotplugFs.Abi;

namespace HotplugFs.Kernfs;

/// <summary>A point in time since 1970.</summary>
/// <param name="Seconds">Whole seconds.</param>
/// <param name="Nanoseconds">The rest, 0 to 999,999,999.</param>
public readonly record struct Timespec(long Seconds, uint Nanoseconds)
{
    /// <summary>Converts.</summary>
    /// <param name="time">A point in time.</param>
    public static Timespec From(DateTimeOffset time)
    {
        var ticks = time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks;
        return new Timespec(ticks / TimeSpan.TicksPerSecond, (uint)(ticks % TimeSpan.TicksPerSecond * 100));
    }
}

/// <summary>What stat(2) says of a node.</summary>
public readonly record struct NodeAttributes
{
    /// <summary>Its number, also as inode number.</summary>
    public NodeId Id { get; init; }

    /// <summary>Type and permissions (<see cref="ModeBits"/>).</summary>
    public uint Mode { get; init; }

    /// <summary>2 + number of subdirectories for a directory, else 1.</summary>
    public int LinkCount { get; init; }

    /// <summary>Bytes; 0 for directories and links.</summary>
    public long Size { get; init; }

    /// <summary>The owner.</summary>
    public uint Uid { get; init; }

    /// <summary>The owning group.</summary>
    public uint Gid { get; init; }

    /// <summary>Time of last access; set by utimensat(2) only.</summary>
    public Timespec AccessTime { get; init; }

    /// <summary>Time of last change of the contents; reads and writes of attributes do not count.</summary>
    public Timespec ModifyTime { get; init; }

    /// <summary>Time of last change of mode, owner or times.</summary>
    public Timespec ChangeTime { get; init; }

    /// <summary>True if the size can change at any time, so that none of this may be remembered.</summary>
    public bool IsVolatile { get; init; }

    /// <summary>True for a directory.</summary>
    public bool IsDirectory => (Mode & ModeBits.TypeMask) == ModeBits.Directory;
}

/// <summary>What chmod(2), chown(2) and utimensat(2) change; null leaves a value as it is.</summary>
public readonly record struct AttributesChange
{
    /// <summary>The new permissions; type bits are ignored.</summary>
    public uint? Mode { get; init; }

    /// <summary>The new owner.</summary>
    public uint? Uid { get; init; }

    /// <summary>The new owning group.</summary>
    public uint? Gid { get; init; }

    /// <summary>The new time of last access.</summary>
    public Timespec? AccessTime { get; init; }

    /// <summary>The new time of last change of the contents.</summary>
    public Timespec? ModifyTime { get; init; }

    /// <summary>The time of this change; the tree has no clock.</summary>
    public Timespec Now { get; init; }

    /// <summary>True if nothing is changed (truncation alone).</summary>
    public bool IsEmpty => (Mode ?? Uid ?? Gid) is null && AccessTime is null && ModifyTime is null;
}
