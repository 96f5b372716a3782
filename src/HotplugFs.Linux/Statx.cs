namespace HotplugFs.Linux;

/// <summary>struct statx, the same on every architecture; the fields that are not used are left out (statx(2)).</summary>
[StructLayout(LayoutKind.Explicit, Size = 256)]
public struct Statx
{
    /// <summary>The size in bytes that is best for reading and writing.</summary>
    [FieldOffset(4)]
    public uint BlockSize;

    /// <summary>The number of hard links.</summary>
    [FieldOffset(16)]
    public uint LinkCount;

    /// <summary>The owner.</summary>
    [FieldOffset(20)]
    public uint Uid;

    /// <summary>The group.</summary>
    [FieldOffset(24)]
    public uint Gid;

    /// <summary>The type and the permissions (<see cref="Abi.ModeBits"/>).</summary>
    [FieldOffset(28)]
    public ushort Mode;

    /// <summary>The number of the file in its file system.</summary>
    [FieldOffset(32)]
    public ulong Inode;

    /// <summary>The size in bytes.</summary>
    [FieldOffset(40)]
    public ulong Size;

    /// <summary>The number of allocated blocks of 512 bytes.</summary>
    [FieldOffset(48)]
    public ulong Blocks;

    /// <summary>The time of the last change of the content, in seconds since 1970.</summary>
    [FieldOffset(112)]
    public long ModifySeconds;

    /// <summary>The major number of the device that holds the file.</summary>
    [FieldOffset(136)]
    public uint DeviceMajor;

    /// <summary>The minor number of the device that holds the file.</summary>
    [FieldOffset(140)]
    public uint DeviceMinor;
}
