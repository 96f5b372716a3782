using System.Runtime.InteropServices;

namespace HotplugFs.Replay.Native;

internal static partial class Interop
{
    /// <summary>realpath(3); the buffer has PATH_MAX bytes.</summary>
    [LibraryImport(Libc, EntryPoint = "realpath", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static unsafe partial byte* RealPath(string path, byte* resolved);
}
