using System.Runtime.InteropServices;

namespace HotplugFs.Cli.Native;

/// <summary>struct statx, 256 bytes, of which the device is of interest.</summary>
[StructLayout(LayoutKind.Explicit, Size = 256)]
internal struct StatX
{
    /// <summary>Resolve the path from the current directory (AT_FDCWD).</summary>
    public const int CurrentDirectory = -100;

    [FieldOffset(136)]
    public uint DeviceMajor;

    [FieldOffset(140)]
    public uint DeviceMinor;
}
