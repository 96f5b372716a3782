using System.Runtime.InteropServices;

namespace HotplugFs.Replay.Native;

internal static partial class Interop
{
    /// <summary>ioctl(2).</summary>
    [LibraryImport(Libc, EntryPoint = "ioctl", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static unsafe partial int Ioctl(int descriptor, ulong request, void* argument);
}
