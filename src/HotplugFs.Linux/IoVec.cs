namespace HotplugFs.Linux;

/// <summary>struct iovec of 64-bit Linux (readv(2)).</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct IoVec
{
    internal void* Base;
    internal nuint Length;
}
