using System.Runtime.InteropServices;

namespace HotplugFs.Cli.Native;

internal static partial class Interop
{
    /// <summary>send(2).</summary>
    [LibraryImport(Libc, EntryPoint = "send", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static unsafe partial nint Send(int descriptor, byte* data, nuint length, int flags);
}
