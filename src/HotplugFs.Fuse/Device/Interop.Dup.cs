using System.Runtime.InteropServices;

namespace HotplugFs.Fuse.Device;

internal static partial class Interop
{
    /// <summary>dup(2): the copy is inherited by programs that are started.</summary>
    [LibraryImport(Libc, EntryPoint = "dup", SetLastError = true)]
    internal static partial int Dup(int handle);
}
