using System.Runtime.InteropServices;

namespace HotplugFs.Cli.Native;

internal static partial class Interop
{
    /// <summary>geteuid(2): as the caller's user namespace sees it.</summary>
    [LibraryImport(Libc, EntryPoint = "geteuid", SetLastError = false, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial uint GetEuid();
}
