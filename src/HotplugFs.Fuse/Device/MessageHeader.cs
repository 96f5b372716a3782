using System.Runtime.InteropServices;

namespace HotplugFs.Fuse.Device;

/// <summary>struct msghdr of 64-bit Linux.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct MessageHeader
{
    public void* Name;
    public uint NameLength;
    public IoVector* Vectors;
    public nuint VectorCount;
    public void* Control;
    public nuint ControlLength;
    public int Flags;
}

/// <summary>struct iovec.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct IoVector
{
    public void* Base;
    public nuint Length;
}

/// <summary>struct cmsghdr of 64-bit Linux with one file descriptor behind it, as SCM_RIGHTS hands it over.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct HandleMessage
{
    public nuint Length;
    public int Level;
    public int Type;
    public int Handle;
    public int Padding;
}
