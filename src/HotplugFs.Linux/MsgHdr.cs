namespace HotplugFs.Linux;

/// <summary>struct msghdr of 64-bit Linux (recvmsg(2)).</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct MsgHdr
{
    internal void* Name;
    internal uint NameLength;
    internal IoVec* Vectors;
    internal nuint VectorCount;
    internal CMsg* Control;
    internal nuint ControlLength;
    internal int Flags;
}
