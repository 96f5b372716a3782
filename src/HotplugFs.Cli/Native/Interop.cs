using System.Runtime.InteropServices;
using HotplugFs.Abi;

namespace HotplugFs.Cli.Native;

/// <summary>The system calls that the framework does not offer; each in a file of its own.</summary>
internal static partial class Interop
{
    private const string Libc = "libc";

    /// <summary>The error number of the native call just made.</summary>
    internal static Errno LastError => (Errno)Marshal.GetLastPInvokeError();
}
