using System.Runtime.InteropServices;

namespace HotplugFs.Fuse.Device;

internal static partial class Interop
{
    /// <summary>umount2(2).</summary>
    [LibraryImport(Libc, EntryPoint = "umount2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Umount2(string target, int flags);
}
