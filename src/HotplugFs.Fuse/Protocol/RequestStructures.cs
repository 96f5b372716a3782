using System.Runtime.InteropServices;

namespace HotplugFs.Fuse.Protocol;

/// <summary>fuse_init_in of protocol 7.35 and older.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct InitIn
{
    public uint Major;
    public uint Minor;
    public uint MaxReadAhead;
    public InitFlags Flags;
}

/// <summary>The extension of fuse_init_in in protocol 7.36; zeros follow.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct InitInExtension
{
    public InitFlags2 Flags2;
}

/// <summary>fuse_setattr_in.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct SetAttrIn
{
    public SetAttrValid Valid;
    public uint Padding;
    public ulong Handle;
    public ulong Size;
    public ulong LockOwner;
    public long AccessSeconds;
    public long ModifySeconds;
    public long ChangeSeconds;
    public uint AccessNanoseconds;
    public uint ModifyNanoseconds;
    public uint ChangeNanoseconds;
    public uint Mode;
    public uint Unused4;
    public uint Uid;
    public uint Gid;
    public uint Unused5;
}

/// <summary>fuse_mknod_in.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct MkNodIn
{
    public uint Mode;
    public uint Device;
    public uint Umask;
    public uint Padding;
}

/// <summary>fuse_open_in.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct OpenIn
{
    public uint Flags;
    public uint OpenFlags;
}

/// <summary>fuse_read_in, also for READDIR and READDIRPLUS.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct ReadIn
{
    public ulong Handle;
    public ulong Offset;
    public uint Size;
    public ReadFlags ReadFlags;
    public ulong LockOwner;
    public uint Flags;
    public uint Padding;
}

/// <summary>fuse_write_in; the data follows.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct WriteIn
{
    public ulong Handle;
    public ulong Offset;
    public uint Size;
    public uint WriteFlags;
    public ulong LockOwner;
    public uint Flags;
    public uint Padding;
}

/// <summary>fuse_release_in.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct ReleaseIn
{
    public ulong Handle;
    public uint Flags;
    public uint ReleaseFlags;
    public ulong LockOwner;
}

/// <summary>fuse_poll_in.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PollIn
{
    public ulong Handle;

    /// <summary>The kernel's number for the wake-up (<see cref="NotifyPollWakeUp"/>).</summary>
    public ulong KernelHandle;

    public PollFlags Flags;
    public uint Events;
}

/// <summary>fuse_interrupt_in.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct InterruptIn
{
    public ulong Unique;
}
