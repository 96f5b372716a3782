using System.Buffers.Text;

namespace HotplugFs.Cli.Daemon;

/// <summary>
/// Reads the names of processes from /proc/PID/comm, without allocating, because each write to the machine asks for one. The file of the
/// last process stays open: reading it again is one system call, and follows exec(2) and prctl(2).
/// </summary>
internal sealed class ProcessNames : IDisposable
{
    private const int PathMax = 32;
    private const int NoFile = -1;

    private int _pid;
    private int _file = NoFile;

    /// <summary>Reads the name of a process; the end is cut off if the buffer is too short.</summary>
    /// <returns>The length of the name; 0 if the process has ended or cannot be seen.</returns>
    public int Read(int pid, Span<byte> name)
    {
        // An open file belongs to its process: once that has ended, reading fails, although another process may have the number.
        if (_file != NoFile && _pid == pid && Unistd.PRead(_file, name, 0).TryGet(out var count, out _))
            return KernelText.WithoutNewline(name[..count]).Length;
        Dispose();
        (_pid, _file) = (pid, Open(pid));
        return _file != NoFile && Unistd.PRead(_file, name, 0).TryGet(out count, out _) ? KernelText.WithoutNewline(name[..count]).Length : 0;
    }

    /// <summary>Closes the file of the last process.</summary>
    public void Dispose()
    {
        if (_file != NoFile)
            _ = Unistd.Close(_file);
        _file = NoFile;
    }

    private static int Open(int pid)
    {
        Span<byte> path = stackalloc byte[PathMax];
        "/proc/"u8.CopyTo(path);
        _ = Utf8Formatter.TryFormat(pid, path["/proc/"u8.Length..], out var digits);
        "/comm\0"u8.CopyTo(path[("/proc/"u8.Length + digits)..]);
        return Fcntl.Open(path, Fcntl.O_RDONLY | Fcntl.O_CLOEXEC).TryGet(out var file, out _) ? file : NoFile;
    }
}
