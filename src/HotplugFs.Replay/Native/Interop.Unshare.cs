using System.Runtime.InteropServices;

namespace HotplugFs.Replay.Native;

internal static partial class Interop
{
    /// <summary>unshare(2).</summary>
    [LibraryImport(Libc, EntryPoint = "unshare", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Unshare(int flags);
}
