using System.Runtime.InteropServices;

namespace HotplugFs.Fuse.Device;

internal static partial class Interop
{
    /// <summary>getegid(2): as the caller's user namespace sees it.</summary>
    [LibraryImport(Libc, EntryPoint = "getegid", SetLastError = true)]
    internal static partial uint GetEgid();
}
