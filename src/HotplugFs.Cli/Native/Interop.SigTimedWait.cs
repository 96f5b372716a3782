using System.Runtime.InteropServices;

namespace HotplugFs.Cli.Native;

internal static partial class Interop
{
    /// <summary>sigtimedwait(2).</summary>
    [LibraryImport(Libc, EntryPoint = "sigtimedwait", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static unsafe partial int SigTimedWait(SignalSet* signals, void* information, TimeSpec* timeout);
}
