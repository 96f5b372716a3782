using System.Runtime.InteropServices;

namespace HotplugFs.Cli.Native;

internal static partial class Interop
{
    /// <summary>pipe2(2).</summary>
    [LibraryImport(Libc, EntryPoint = "pipe2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static unsafe partial int Pipe2(int* descriptors, int flags);
}
