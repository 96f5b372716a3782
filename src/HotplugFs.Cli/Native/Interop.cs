namespace HotplugFs.Cli.Native;

/// <summary>The system calls that the framework does not offer; each in a file of its own.</summary>
internal static partial class Interop
{
    private const string Libc = "libc";
}
