using static HotplugFs.Linux.Fcntl;

namespace HotplugFs.Cli;

/// <summary>The name by which the program was called. The runtime does not provide it in every kind of build.</summary>
internal static class ProgramName
{
    private const string CommandLineFile = "/proc/self/cmdline";

    /// <summary>Returns the name or path; empty if /proc is not mounted.</summary>
    public static string Read()
    {
        var opened = Fcntl.Open(CommandLineFile, O_RDONLY | O_CLOEXEC);
        if (!opened.IsOk)
            return "";
        Span<byte> bytes = stackalloc byte[LinuxLimits.PATH_MAX];
        var count = Unistd.Read(opened.Value, bytes);
        _ = Unistd.Close(opened.Value);
        var text = bytes[..(count.IsOk ? count.Value : 0)];
        var end = text.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? text : text[..end]);
    }
}
