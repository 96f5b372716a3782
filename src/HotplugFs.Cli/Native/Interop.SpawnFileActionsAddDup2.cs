using System.Runtime.InteropServices;

namespace HotplugFs.Cli.Native;

internal static partial class Interop
{
    /// <summary>posix_spawn_file_actions_adddup2(3); returns the error number.</summary>
    [LibraryImport(Libc, EntryPoint = "posix_spawn_file_actions_adddup2", SetLastError = false, StringMarshalling = StringMarshalling.Utf8)]
    internal static unsafe partial int SpawnFileActionsAddDup2(SpawnBuffer* actions, int from, int to);
}
