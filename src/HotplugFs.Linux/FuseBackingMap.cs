namespace HotplugFs.Linux;

/// <summary>struct fuse_backing_map.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FuseBackingMap
{
    internal int Fd;
    internal uint Flags;
    internal ulong Padding;
}
