using System.Runtime.InteropServices;
using System.Text;
using Mono.Unix.Native;
using Native = Mono.Unix.Native.Syscall;

namespace HotplugFs.Fuse.Tests.Real;

/// <summary>System calls as they are, with their errors by name. "ok" or the result as text where there is one.</summary>
internal static partial class Sys
{
    [LibraryImport("libc", EntryPoint = "umount2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Umount2(string target, int flags);

    [LibraryImport("libc", EntryPoint = "lseek", SetLastError = true)]
    private static partial long LSeek(int fd, long offset, int whence);

    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenAt(int directory, string path, int flags);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int RawOpen(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "pread", SetLastError = true)]
    private static unsafe partial nint RawPRead(int fd, byte* buffer, nuint count, long offset);

    [LibraryImport("libc", EntryPoint = "truncate", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int RawTruncate(string path, long length);

    // A number without a name here is a valid error too.
    private static string LastError
    {
        get
        {
            var number = Marshal.GetLastPInvokeError();
            return NativeConvert.TryToErrno(number, out var errno) ? errno.ToString() : number.ToString();
        }
    }

    /// <summary>"ok", or the name of the error.</summary>
    public static string TryTruncate(string path, long length) => Try(RawTruncate(path, length));

    /// <summary>Opens with flags that the library has no names for.</summary>
    public static string TryOpenRaw(string path, int flags)
    {
        var fd = RawOpen(path, flags, 0x180);
        if (fd < 0)
            return LastError;
        Native.close(fd);
        return "ok";
    }

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

    public static string TryOpenAt(int directory, string path)
    {
        var fd = OpenAt(directory, path, 0);
        if (fd < 0)
            return LastError;
        Native.close(fd);
        return "ok";
    }

    /// <summary>What read(2) gives, as text, or the name of the error.</summary>
    public static unsafe string Read(int fd, int count)
    {
        var buffer = new byte[count];
        fixed (byte* start = buffer)
        {
            var read = Native.read(fd, start, (ulong)count);
            return read < 0 ? LastError : Encoding.UTF8.GetString(buffer, 0, (int)read);
        }
    }

    /// <summary>What pread(2) gives, as text, or the name of the error.</summary>
    public static unsafe string PRead(int fd, long offset, int count)
    {
        var buffer = new byte[count];
        fixed (byte* start = buffer)
        {
            var read = RawPRead(fd, start, (nuint)count, offset);
            return read < 0 ? LastError : Encoding.UTF8.GetString(buffer, 0, (int)read);
        }
    }

    /// <summary>What write(2) returns, or the name of the error.</summary>
    public static unsafe string Write(int fd, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        fixed (byte* start = bytes)
        {
            var written = Native.write(fd, start, (ulong)bytes.Length);
            return written < 0 ? LastError : written.ToString();
        }
    }

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

    public static string Seek(int fd, long offset, int whence)
    {
        var result = LSeek(fd, offset, whence);
        return result < 0 ? LastError : result.ToString();
    }

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
}
