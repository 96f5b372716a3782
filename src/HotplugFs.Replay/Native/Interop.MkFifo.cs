using System.Runtime.InteropServices;

namespace HotplugFs.Replay.Native;

internal static partial class Interop
{
    /// <summary>mkfifo(3).</summary>
    [LibraryImport(Libc, EntryPoint = "mkfifo", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int MkFifo(string path, uint mode);
}
