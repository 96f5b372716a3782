using System.Runtime.CompilerServices;

namespace HotplugFs.Linux;

/// <summary>struct ifreq of 64-bit Linux (netdevice(7)).</summary>
[StructLayout(LayoutKind.Explicit, Size = 40)]
internal struct IfReq
{
    [FieldOffset(0)]
    internal IfName Name;

    [FieldOffset(16)]
    internal short Flags;

    /// <summary>The name of an interface, with a NUL at its end.</summary>
    [InlineArray(16)]
    internal struct IfName
    {
        private byte _first;
    }
}
