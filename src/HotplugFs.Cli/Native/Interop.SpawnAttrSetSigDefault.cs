using System.Runtime.InteropServices;

namespace HotplugFs.Cli.Native;

internal static partial class Interop
{
    /// <summary>posix_spawnattr_setsigdefault(3); returns the error number.</summary>
    [LibraryImport(Libc, EntryPoint = "posix_spawnattr_setsigdefault", SetLastError = false, StringMarshalling = StringMarshalling.Utf8)]
    internal static unsafe partial int SpawnAttrSetSigDefault(SpawnBuffer* attributes, SignalSet* signals);
}
