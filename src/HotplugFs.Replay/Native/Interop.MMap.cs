using System.Runtime.InteropServices;

namespace HotplugFs.Replay.Native;

internal static partial class Interop
{
    /// <summary>mmap(2).</summary>
    [LibraryImport(Libc, EntryPoint = "mmap", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static unsafe partial void* MMap(void* address, nuint length, int protection, int flags, int descriptor, long offset);
}
