using System.Runtime.InteropServices;

namespace HotplugFs.Fuse.Protocol;

/// <summary>fuse_out_header, the header of every reply and notification.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct OutHeader
{
    public uint Length;

    /// <summary>0 or a negative error number; a <see cref="NotifyCode"/> if <see cref="Unique"/> is 0.</summary>
    public int Error;

    public ulong Unique;
}
