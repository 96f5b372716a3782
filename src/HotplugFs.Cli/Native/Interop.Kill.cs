using System.Runtime.InteropServices;

namespace HotplugFs.Cli.Native;

internal static partial class Interop
{
    /// <summary>kill(2).</summary>
    [LibraryImport(Libc, EntryPoint = "kill", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Kill(int process, int signal);
}
