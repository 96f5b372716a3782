using System.Runtime.InteropServices;

namespace HotplugFs.Replay.Native;

internal static partial class Interop
{
    /// <summary>fsync(2).</summary>
    [LibraryImport(Libc, EntryPoint = "fsync", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int FSync(int descriptor);
}
