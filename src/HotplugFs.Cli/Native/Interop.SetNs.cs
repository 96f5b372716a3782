using System.Runtime.InteropServices;

namespace HotplugFs.Cli.Native;

internal static partial class Interop
{
    /// <summary>setns(2); it is the calling thread that moves.</summary>
    [LibraryImport(Libc, EntryPoint = "setns", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int SetNs(int descriptor, int kind);
}
