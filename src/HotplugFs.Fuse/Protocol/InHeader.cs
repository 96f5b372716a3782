using System.Runtime.InteropServices;

namespace HotplugFs.Fuse.Protocol;

/// <summary>fuse_in_header, the header of every request.</summary>
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
