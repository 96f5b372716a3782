using System.Runtime.InteropServices;

namespace HotplugFs.Fuse.Device;

/// <summary>fuse_backing_map.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct BackingMap
{
    public int Descriptor;
    public uint Flags;
    public ulong Padding;
}
