using System.Runtime.InteropServices;

namespace HotplugFs.Cli.Native;

internal static partial class Interop
{
    /// <summary>unshare(2); of mount and network namespaces, it is the calling thread that moves.</summary>
    [LibraryImport(Libc, EntryPoint = "unshare", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Unshare(int flags);
}
