using System.Runtime.InteropServices;

namespace HotplugFs.Cli.Native;

internal static partial class Interop
{
    /// <summary>getegid(2): as the caller's user namespace sees it.</summary>
    [LibraryImport(Libc, EntryPoint = "getegid", SetLastError = false, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial uint GetEgid();
}
