namespace HotplugFs.Linux;

/// <summary>struct nlmsghdr (netlink(7)).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NlMsgHdr
{
    internal uint Length;
    internal ushort Type;
    internal ushort Flags;
    internal uint Sequence;
    internal uint PortId;
}
