using System.Runtime.InteropServices;

namespace HotplugFs.Replay.Native;

internal static partial class Interop
{
    /// <summary>pwrite(2).</summary>
    [LibraryImport(Libc, EntryPoint = "pwrite", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static unsafe partial nint PWrite(int descriptor, byte* buffer, nuint count, long offset);
}
