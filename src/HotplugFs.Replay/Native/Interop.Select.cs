using System.Runtime.InteropServices;

namespace HotplugFs.Replay.Native;

internal static partial class Interop
{
    /// <summary>select(2); a set has a bit for each of 1024 descriptors.</summary>
    [LibraryImport(Libc, EntryPoint = "select", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static unsafe partial int Select(int count, ulong* reads, ulong* writes, ulong* excepts, TimeVal* timeout);
}
