using System.Runtime.InteropServices;

namespace HotplugFs.Cli.Native;

internal static partial class Interop
{
    /// <summary>bind(2).</summary>
    [LibraryImport(Libc, EntryPoint = "bind", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static unsafe partial int Bind(int descriptor, void* address, uint length);
}
