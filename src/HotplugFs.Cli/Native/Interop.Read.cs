using System.Runtime.InteropServices;

namespace HotplugFs.Cli.Native;

internal static partial class Interop
{
    /// <summary>read(2).</summary>
    [LibraryImport(Libc, EntryPoint = "read", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static unsafe partial nint Read(int descriptor, byte* buffer, nuint count);
}
