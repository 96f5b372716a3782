using System.Text;

namespace HotplugFs.Cli;

/// <summary>The name by which the program was called, which the runtime does not tell of every kind of build.</summary>
internal static class ProgramName
{
    private const string CommandLineFile = "/proc/self/cmdline";
    private const int PathMax = 4096;

    /// <summary>Reads it; empty where no proc file system is mounted.</summary>
    public static string Read()
    {
        if (!File.Exists(CommandLineFile))
            return "";
        using var file = File.OpenHandle(CommandLineFile);
        Span<byte> bytes = stackalloc byte[PathMax];
        bytes = bytes[..RandomAccess.Read(file, bytes, 0)];
        var end = bytes.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? bytes : bytes[..end]);
    }
}
