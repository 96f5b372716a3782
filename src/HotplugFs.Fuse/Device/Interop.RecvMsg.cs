using System.Runtime.InteropServices;

namespace HotplugFs.Fuse.Device;

internal static partial class Interop
{
    /// <summary>recvmsg(2).</summary>
    [LibraryImport(Libc, EntryPoint = "recvmsg", SetLastError = true)]
    internal static unsafe partial nint RecvMsg(int handle, MessageHeader* message, int flags);
}
