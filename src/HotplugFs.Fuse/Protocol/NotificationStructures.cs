using System.Runtime.InteropServices;

namespace HotplugFs.Fuse.Protocol;

/// <summary>fuse_notify_poll_wakeup_out.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NotifyPollWakeUp
{
    public ulong KernelHandle;
}

/// <summary>fuse_notify_inval_inode_out.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NotifyInvalidateInode
{
    public ulong NodeId;

    /// <summary>The first byte of the contents to drop; negative for the attributes only.</summary>
    public long Offset;

    /// <summary>The number of bytes; 0 for all.</summary>
    public long Length;
}

/// <summary>fuse_notify_inval_entry_out; the name and a NUL follow.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NotifyInvalidateEntry
{
    public ulong Parent;
    public uint NameLength;
    public uint Flags;
}
