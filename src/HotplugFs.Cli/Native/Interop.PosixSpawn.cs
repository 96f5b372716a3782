using System.Runtime.InteropServices;

namespace HotplugFs.Cli.Native;

internal static partial class Interop
{
    /// <summary>posix_spawn(3); returns the error number.</summary>
    [LibraryImport(Libc, EntryPoint = "posix_spawn", SetLastError = false, StringMarshalling = StringMarshalling.Utf8)]
    internal static unsafe partial int PosixSpawn(
        int* process, string path, SpawnBuffer* actions, SpawnBuffer* attributes, byte** arguments, byte** environment);
}
