using System.Runtime.InteropServices;

namespace HotplugFs.Replay.Native;

internal static partial class Interop
{
    /// <summary>pread(2).</summary>
    [LibraryImport(Libc, EntryPoint = "pread", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static unsafe partial nint PRead(int descriptor, byte* buffer, nuint count, long offset);
}
