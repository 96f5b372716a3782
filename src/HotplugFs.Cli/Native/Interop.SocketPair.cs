using System.Runtime.InteropServices;

namespace HotplugFs.Cli.Native;

internal static partial class Interop
{
    /// <summary>socketpair(2).</summary>
    [LibraryImport(Libc, EntryPoint = "socketpair", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static unsafe partial int SocketPair(int domain, int type, int protocol, int* descriptors);
}
