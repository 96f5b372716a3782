using System.Runtime.InteropServices;

namespace HotplugFs.Cli.Native;

internal static partial class Interop
{
    /// <summary>chdir(2).</summary>
    [LibraryImport(Libc, EntryPoint = "chdir", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int ChDir(string path);
}
