namespace HotplugFs.Linux;

/// <summary>struct cmsghdr of 64-bit Linux and the one descriptor that follows it in an SCM_RIGHTS message (cmsg(3)).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct CMsg
{
    /// <summary>Bytes of the header and the descriptor, without the padding.</summary>
    internal const int DescriptorLength = 20;

    internal nuint Length;
    internal int Level;
    internal int Type;
    internal int Descriptor;
    internal int Padding;
}
