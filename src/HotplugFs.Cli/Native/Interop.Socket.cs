using System.Runtime.InteropServices;

namespace HotplugFs.Cli.Native;

internal static partial class Interop
{
    /// <summary>socket(2).</summary>
    [LibraryImport(Libc, EntryPoint = "socket", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Socket(int domain, int type, int protocol);
}
