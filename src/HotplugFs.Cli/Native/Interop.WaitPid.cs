using System.Runtime.InteropServices;

namespace HotplugFs.Cli.Native;

internal static partial class Interop
{
    /// <summary>waitpid(2).</summary>
    [LibraryImport(Libc, EntryPoint = "waitpid", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static unsafe partial int WaitPid(int process, int* status, int options);
}
