using System.Runtime.InteropServices;

namespace HotplugFs.Fuse.Protocol;

/// <summary>In front of every request (fuse_in_header).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct InHeader
{
    public uint Length;
    public Opcode Opcode;
    public ulong Unique;
    public ulong NodeId;
    public uint Uid;
    public uint Gid;
    public uint Pid;
    public uint Extensions;
}

/// <summary>In front of every reply and notification (fuse_out_header).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct OutHeader
{
    public uint Length;

    /// <summary>0, a negative error number, or, where <see cref="Unique"/> is 0, a <see cref="NotifyCode"/>.</summary>
    public int Error;

    public ulong Unique;
}
