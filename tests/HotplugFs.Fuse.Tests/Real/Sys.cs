using System.Runtime.InteropServices;
using HotplugFs.Linux;
using Mono.Unix.Native;
using Native = Mono.Unix.Native.Syscall;

namespace HotplugFs.Fuse.Tests.Real;

/// <summary>System calls whose results are texts: "ok", data or numbers; errors by name.</summary>
internal static class Sys
{
    private static string LastError => ((Abi.Errno)Marshal.GetLastPInvokeError()).Name();

    /// <summary>Returns "ok", or the name of the error.</summary>
    public static string TryTruncate(string path, long length) => Unistd.Truncate(path, length).ToString();

    /// <summary>Opens with flags that Mono.Posix does not know. Returns "ok", or the name of the error.</summary>
    public static string TryOpenRaw(string path, int flags) => Close(Fcntl.Open(path, flags, ModeBits.Mode0600));

    /// <summary>Opens a name in a directory. Returns "ok", or the name of the error.</summary>
    public static string TryOpenAt(int directory, string path) => Close(Fcntl.OpenAt(directory, path, Fcntl.O_RDONLY));

    /// <summary>"ok", or the name of the error.</summary>
    public static string Try(int result) => result >= 0 ? "ok" : LastError;

    public static int Open(string path, Mono.Unix.Native.OpenFlags flags) => Native.open(path, flags);

    /// <summary>Opens, closes; "ok" or the name of the error.</summary>
    public static string TryOpen(string path, Mono.Unix.Native.OpenFlags flags)
    {
        var fd = Native.open(path, flags, FilePermissions.S_IRUSR | FilePermissions.S_IWUSR);
        if (fd < 0)
            return LastError;
        Native.close(fd);
        return "ok";
    }

    /// <summary>Returns what read(2) reads, or the name of the error.</summary>
    public static string Read(int fd, int count)
    {
        var buffer = new byte[count];
        return Text(buffer, Unistd.Read(fd, buffer));
    }

    /// <summary>Returns what pread(2) reads, or the name of the error.</summary>
    public static string PRead(int fd, long offset, int count)
    {
        var buffer = new byte[count];
        return Text(buffer, Unistd.PRead(fd, buffer, offset));
    }

    /// <summary>Returns the result of write(2), or the name of the error.</summary>
    public static string Write(int fd, string text) => Unistd.Write(fd, Encoding.UTF8.GetBytes(text)).ToString();

    /// <summary>Opens for writing, writes once, closes: the result of the step that failed, or of the write.</summary>
    public static string WriteFile(string path, string text)
    {
        var fd = Native.open(path, Mono.Unix.Native.OpenFlags.O_WRONLY | Mono.Unix.Native.OpenFlags.O_TRUNC);
        if (fd < 0)
            return "open: " + LastError;
        var result = Write(fd, text);
        Native.close(fd);
        return result;
    }

    /// <summary>Opens, reads once, closes.</summary>
    public static string ReadFile(string path)
    {
        var fd = Native.open(path, Mono.Unix.Native.OpenFlags.O_RDONLY);
        if (fd < 0)
            return "open: " + LastError;
        var result = Read(fd, 65536);
        Native.close(fd);
        return result;
    }

    public static string Seek(int fd, long offset, int whence) => Unistd.LSeek(fd, offset, whence).ToString();

    /// <summary>"ok", or the name of the error.</summary>
    public static string Stat(string path, out Stat stat) => Try(Native.stat(path, out stat));

    public static string Stat(string path) => Stat(path, out _);

    public static Stat LStat(string path)
    {
        Assert.That(Try(Native.lstat(path, out var stat)), Is.EqualTo("ok"), path);
        return stat;
    }

    public static Stat FStat(int fd)
    {
        Assert.That(Try(Native.fstat(fd, out var stat)), Is.EqualTo("ok"));
        return stat;
    }

    /// <summary>The names in a directory, sorted, without . and .., or the name of the error.</summary>
    public static List<string> List(string path)
    {
        var directory = Native.opendir(path);
        if (directory == IntPtr.Zero)
            return [LastError];
        var names = new List<string>();
        while (Native.readdir(directory) is { } entry)
            if (entry.d_name is not ("." or ".."))
                names.Add(entry.d_name);
        Native.closedir(directory);
        names.Sort(string.CompareOrdinal);
        return names;
    }

    /// <summary>What poll(2) reports, 0 after the timeout.</summary>
    public static PollEvents Poll(int fd, PollEvents events, int timeoutMs)
    {
        var fds = new[] { new Pollfd { fd = fd, events = events } };
        return Native.poll(fds, timeoutMs) <= 0 ? 0 : fds[0].revents;
    }

    private static string Close(Result<int> opened)
    {
        if (!opened.IsOk)
            return opened.ToString();
        _ = Unistd.Close(opened.Value);
        return "ok";
    }

    private static string Text(byte[] buffer, Result<int> read) =>
        read.IsOk ? Encoding.UTF8.GetString(buffer, 0, read.Value) : read.ToString();
}
