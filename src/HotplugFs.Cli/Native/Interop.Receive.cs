using System.Runtime.InteropServices;

namespace HotplugFs.Cli.Native;

internal static partial class Interop
{
    /// <summary>recv(2).</summary>
    [LibraryImport(Libc, EntryPoint = "recv", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static unsafe partial nint Receive(int descriptor, byte* buffer, nuint length, int flags);
}
