using System.Runtime.InteropServices;
using HotplugFs.Abi;

namespace HotplugFs.Fuse.Device;

/// <summary>Native functions, one per file, under their native names. What to do about a failure is for the caller to know.</summary>
internal static partial class Interop
{
    private const string Libc = "libc";

    /// <summary>The error number of the native call just made.</summary>
    internal static Errno LastError => (Errno)Marshal.GetLastPInvokeError();
}
