using System.Text;
using HotplugFs.Cli.Native;

namespace HotplugFs.Cli;

/// <summary>The name by which the program was called, which the runtime does not tell of every kind of build.</summary>
internal static class ProgramName
{
    private const string CommandLineFile = "/proc/self/cmdline";
    private const int PathMax = 4096;

    /// <summary>Reads it; empty where no proc file system is mounted.</summary>
    public static unsafe string Read()
    {
        var descriptor = Interop.Open(CommandLineFile, Descriptors.Hidden);
        if (descriptor < 0)
            return "";
        var bytes = stackalloc byte[PathMax];
        var count = Interop.Read(descriptor, bytes, PathMax);
        _ = Interop.Close(descriptor);
        var text = new ReadOnlySpan<byte>(bytes, (int)Math.Max(count, 0));
        var end = text.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? text : text[..end]);
    }
}
