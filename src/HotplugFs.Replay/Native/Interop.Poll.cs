using System.Runtime.InteropServices;

namespace HotplugFs.Replay.Native;

internal static partial class Interop
{
    /// <summary>poll(2).</summary>
    [LibraryImport(Libc, EntryPoint = "poll", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static unsafe partial int Poll(PollFd* descriptors, ulong count, int timeoutMs);
}
