using System.Runtime.InteropServices;

namespace HotplugFs.Cli.Native;

internal static partial class Interop
{
    /// <summary>poll(2).</summary>
    [LibraryImport(Libc, EntryPoint = "poll", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static unsafe partial int Poll(PollEntry* entries, nuint count, int timeoutMs);
}
