using System.Runtime.InteropServices;

namespace HotplugFs.Replay.Native;

internal static partial class Interop
{
    /// <summary>munmap(2).</summary>
    [LibraryImport(Libc, EntryPoint = "munmap", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static unsafe partial int MUnmap(void* address, nuint length);
}
