using System.Runtime.InteropServices;

namespace HotplugFs.Replay.Native;

internal static partial class Interop
{
    /// <summary>close(2).</summary>
    [LibraryImport(Libc, EntryPoint = "close", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Close(int descriptor);
}
