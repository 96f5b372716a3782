using System.Runtime.InteropServices;

namespace HotplugFs.Replay.Native;

internal static partial class Interop
{
    /// <summary>fcntl(2) with a number.</summary>
    [LibraryImport(Libc, EntryPoint = "fcntl", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Fcntl(int descriptor, int command, int argument);
}
