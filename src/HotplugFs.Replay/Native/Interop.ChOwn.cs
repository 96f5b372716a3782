using System.Runtime.InteropServices;

namespace HotplugFs.Replay.Native;

internal static partial class Interop
{
    /// <summary>chown(2).</summary>
    [LibraryImport(Libc, EntryPoint = "chown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int ChOwn(string path, uint user, uint group);
}
