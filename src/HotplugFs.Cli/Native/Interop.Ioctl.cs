using System.Runtime.InteropServices;

namespace HotplugFs.Cli.Native;

internal static partial class Interop
{
    /// <summary>ioctl(2) with an address.</summary>
    [LibraryImport(Libc, EntryPoint = "ioctl", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static unsafe partial int Ioctl(int descriptor, nuint request, void* argument);
}
