using System.Runtime.InteropServices;

namespace HotplugFs.Cli.Native;

internal static partial class Interop
{
    /// <summary>posix_spawnp(3), which looks in PATH; returns the error number.</summary>
    [LibraryImport(Libc, EntryPoint = "posix_spawnp", SetLastError = false, StringMarshalling = StringMarshalling.Utf8)]
    internal static unsafe partial int PosixSpawnP(
        int* process, string file, SpawnBuffer* actions, SpawnBuffer* attributes, byte** arguments, byte** environment);
}
