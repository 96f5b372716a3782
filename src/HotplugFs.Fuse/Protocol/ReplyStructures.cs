using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace HotplugFs.Fuse.Protocol;

/// <summary>fuse_attr.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Attr
{
    public ulong Inode;
    public ulong Size;
    public ulong Blocks;
    public long AccessSeconds;
    public long ModifySeconds;
    public long ChangeSeconds;
    public uint AccessNanoseconds;
    public uint ModifyNanoseconds;
    public uint ChangeNanoseconds;
    public uint Mode;
    public uint LinkCount;
    public uint Uid;
    public uint Gid;
    public uint Device;
    public uint BlockSize;
    public uint Flags;
}

/// <summary>fuse_entry_out: the node of a name, 0 if the name does not exist, and how long the kernel may cache both.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct EntryOut
{
    public ulong NodeId;
    public ulong Generation;
    public ulong EntrySeconds;
    public ulong AttrSeconds;
    public uint EntryNanoseconds;
    public uint AttrNanoseconds;
    public Attr Attr;
}

/// <summary>fuse_attr_out.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct AttrOut
{
    public ulong AttrSeconds;
    public uint AttrNanoseconds;
    public uint Padding;
    public Attr Attr;
}

/// <summary>fuse_open_out.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct OpenOut
{
    public ulong Handle;
    public OpenReplyFlags Flags;
    public int BackingId;
}

/// <summary>fuse_write_out.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct WriteOut
{
    public uint Size;
    public uint Padding;
}

/// <summary>fuse_init_out.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct InitOut
{
    public uint Major;
    public uint Minor;
    public uint MaxReadAhead;
    public InitFlags Flags;
    public ushort MaxBackground;
    public ushort CongestionThreshold;
    public uint MaxWrite;
    public uint TimeGranularity;
    public ushort MaxPages;
    public ushort MapAlignment;
    public InitFlags2 Flags2;

    /// <summary>The maximum number of stacked file systems with passthrough, including this one.</summary>
    public uint MaxStackDepth;

    public Unused6 Unused;

    /// <summary>Zero.</summary>
    [InlineArray(6)]
    internal struct Unused6
    {
        private uint _first;
    }
}

/// <summary>fuse_statfs_out.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct StatFsOut
{
    public ulong Blocks;
    public ulong BlocksFree;
    public ulong BlocksAvailable;
    public ulong Files;
    public ulong FilesFree;
    public uint BlockSize;
    public uint NameLength;
    public uint FragmentSize;
    public uint Padding;
    public Spare6 Spare;

    /// <summary>Zero.</summary>
    [InlineArray(6)]
    internal struct Spare6
    {
        private uint _first;
    }
}

/// <summary>fuse_dirent; the name and padding to 8 bytes follow.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct DirEntry
{
    public ulong Inode;

    /// <summary>The cookie to continue after this entry.</summary>
    public ulong Offset;

    public uint NameLength;
    public uint Type;
}

/// <summary>fuse_direntplus; the name and padding to 8 bytes follow.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct DirEntryPlus
{
    public EntryOut Entry;
    public DirEntry DirEntry;
}

/// <summary>fuse_poll_out.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PollOut
{
    public uint Events;
    public uint Padding;
}
