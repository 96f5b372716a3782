using System.Runtime.InteropServices;

namespace HotplugFs.Replay.Native;

internal static partial class Interop
{
    /// <summary>lseek(2).</summary>
    [LibraryImport(Libc, EntryPoint = "lseek", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial long LSeek(int descriptor, long offset, int whence);
}
