using System.Runtime.InteropServices;

namespace HotplugFs.Replay.Native;

internal static partial class Interop
{
    /// <summary>ftruncate(2).</summary>
    [LibraryImport(Libc, EntryPoint = "ftruncate", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int FTruncate(int descriptor, long length);
}
