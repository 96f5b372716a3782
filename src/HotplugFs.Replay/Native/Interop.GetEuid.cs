using System.Runtime.InteropServices;

namespace HotplugFs.Replay.Native;

internal static partial class Interop
{
    /// <summary>geteuid(2).</summary>
    [LibraryImport(Libc, EntryPoint = "geteuid", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial uint GetEuid();
}
