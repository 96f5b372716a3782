using System.Buffers.Text;

namespace HotplugFs.Cli.Daemon;

/// <summary>Reads the names of processes from /proc/PID/comm, without allocating, because each write to the machine asks for one.</summary>
internal static class ProcessNames
{
    private const int PathMax = 32;

    /// <summary>Reads the name of a process; the end is cut off if the buffer is too short.</summary>
    /// <returns>The length of the name; 0 if the process has ended or cannot be seen.</returns>
    public static int Read(int pid, Span<byte> name)
    {
        Span<byte> path = stackalloc byte[PathMax];
        "/proc/"u8.CopyTo(path);
        _ = Utf8Formatter.TryFormat(pid, path["/proc/"u8.Length..], out var digits);
        "/comm\0"u8.CopyTo(path[("/proc/"u8.Length + digits)..]);
        if (!Fcntl.Open(path, Fcntl.O_RDONLY | Fcntl.O_CLOEXEC).TryGet(out var file, out _))
            return 0;
        var read = Unistd.Read(file, name);
        _ = Unistd.Close(file);
        return read.IsOk ? KernelText.WithoutNewline(name[..read.Value]).Length : 0;
    }
}
