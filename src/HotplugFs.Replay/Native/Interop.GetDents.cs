using System.Runtime.InteropServices;

namespace HotplugFs.Replay.Native;

internal static partial class Interop
{
    /// <summary>getdents64(2).</summary>
    [LibraryImport(Libc, EntryPoint = "getdents64", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static unsafe partial nint GetDents(int descriptor, byte* buffer, nuint count);
}
