using System.Runtime.InteropServices;

namespace HotplugFs.Replay.Native;

internal static partial class Interop
{
    /// <summary>fallocate(2).</summary>
    [LibraryImport(Libc, EntryPoint = "fallocate", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int FAllocate(int descriptor, int mode, long offset, long length);
}
