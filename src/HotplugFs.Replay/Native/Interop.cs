using System.Runtime.InteropServices;
using HotplugFs.Abi;

namespace HotplugFs.Replay.Native;

/// <summary>
/// Native functions, one per file, under their native names. Descriptors are plain numbers: recordings use closed ones, too.
/// </summary>
internal static partial class Interop
{
    private const string Libc = "libc";

    /// <summary>The directory of <c>..at</c> functions that stands for the current one (AT_FDCWD).</summary>
    internal const int CurrentDirectory = -100;

    /// <summary>The error number of the native call just made.</summary>
    internal static Errno LastError => (Errno)Marshal.GetLastPInvokeError();
}
