using System.Runtime.InteropServices;

namespace HotplugFs.Cli.Native;

/// <summary>struct pollfd.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PollEntry
{
    /// <summary>Something has happened that data alone does not tell: a file of the kernel has changed.</summary>
    public const short Priority = 2;

    /// <summary>It can be written to.</summary>
    public const short Output = 4;

    public int Descriptor;
    public short Events;
    public short Found;
}
