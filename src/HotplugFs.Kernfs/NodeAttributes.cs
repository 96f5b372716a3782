namespace HotplugFs.Kernfs;

/// <summary>What stat(2) reports for a node.</summary>
public readonly record struct NodeAttributes
{
    /// <summary>The node's number, which is also its inode number.</summary>
    public NodeId Id { get; init; }

    /// <summary>File type and permissions (<see cref="ModeBits"/>).</summary>
    public uint Mode { get; init; }

    /// <summary>2 + the number of subdirectories for a directory, otherwise 1.</summary>
    public int LinkCount { get; init; }

    /// <summary>In bytes; 0 for directories and links.</summary>
    public long Size { get; init; }

    /// <summary>The number of a device file, as new_encode_dev of linux/kdev_t.h makes it; otherwise 0.</summary>
    public uint DeviceNumber { get; init; }

    /// <summary>The preferred size of a read: a page.</summary>
    public int BlockSize { get; init; }

    /// <summary>The owner.</summary>
    public uint Uid { get; init; }

    /// <summary>The group.</summary>
    public uint Gid { get; init; }

    /// <summary>The time of the last access; only utimensat(2) changes it.</summary>
    public Timespec AccessTime { get; init; }

    /// <summary>The time of the last modification; reading and writing attributes do not change it.</summary>
    public Timespec ModifyTime { get; init; }

    /// <summary>The time of the last change of mode, owner or times.</summary>
    public Timespec ChangeTime { get; init; }

    /// <summary>True if the size can change at any time, so that the attributes must not be cached.</summary>
    public bool IsVolatile { get; init; }

    /// <summary>True for a regular file.</summary>
    public bool IsRegular => (Mode & ModeBits.TypeMask) == ModeBits.Regular;

    /// <summary>True for a symbolic link.</summary>
    public bool IsLink => (Mode & ModeBits.TypeMask) == ModeBits.Link;

    /// <summary>True for a directory.</summary>
    public bool IsDirectory => (Mode & ModeBits.TypeMask) == ModeBits.Directory;

    /// <summary>Encodes a device number.</summary>
    public static uint EncodeDevice(uint major, uint minor) => (minor & 0xFF) | (major << 8) | ((minor & ~0xFFu) << 12);

    /// <summary>Passes what can be changed through a stream.</summary>
    internal NodeAttributes Transfer(StateStream state) => this with
    {
        Mode = state.Number(Mode),
        Uid = state.Number(Uid),
        Gid = state.Number(Gid),
        AccessTime = AccessTime.Transfer(state),
        ModifyTime = ModifyTime.Transfer(state),
        ChangeTime = ChangeTime.Transfer(state),
    };
}
