namespace HotplugFs.Linux;

/// <summary>struct statfs of 64-bit Linux; the fields that are not used are left out (statfs(2)).</summary>
[StructLayout(LayoutKind.Explicit, Size = 120)]
public struct StatFs
{
    /// <summary>The type's magic number.</summary>
    [FieldOffset(0)]
    public long Type;

    /// <summary>The size of a block in bytes.</summary>
    [FieldOffset(8)]
    public long BlockSize;

    /// <summary>The number of blocks.</summary>
    [FieldOffset(16)]
    public ulong Blocks;

    /// <summary>The number of free blocks.</summary>
    [FieldOffset(24)]
    public ulong BlocksFree;

    /// <summary>The number of inodes.</summary>
    [FieldOffset(40)]
    public ulong Files;

    /// <summary>The number of free inodes.</summary>
    [FieldOffset(48)]
    public ulong FilesFree;

    /// <summary>The length of the longest name in bytes.</summary>
    [FieldOffset(64)]
    public long NameLength;

    /// <summary>The size of a fragment in bytes.</summary>
    [FieldOffset(72)]
    public long FragmentSize;

    /// <summary>The flags of the mount (ST_*).</summary>
    [FieldOffset(80)]
    public long Flags;
}
