namespace HotplugFs.Linux;

/// <summary>sys/stat.h: the properties of files, and the creation of names.</summary>
public static partial class SysStat
{
    /// <summary>Return a symbolic link's own properties.</summary>
    public const int AT_SYMLINK_NOFOLLOW = 0x100;

    private const int AT_EMPTY_PATH = 0x1000;
    private const uint STATX_BASIC_STATS = 0x7ff;

    /// <summary>Returns what stat(2) returns (statx(2)).</summary>
    /// <param name="flags">AT_SYMLINK_NOFOLLOW or 0.</param>
    public static Result<Statx> Statx(string path, int flags = 0) => Statx(Fcntl.AT_FDCWD, path, flags);

    /// <summary>Returns the number of the device that holds a file (statx(2)); a FUSE server is not asked for more.</summary>
    public static Result<(uint Major, uint Minor)> GetDevice(string path) =>
        statx(Fcntl.AT_FDCWD, path, 0, 0, out var found) < 0 ? Libc.LastError : (found.DeviceMajor, found.DeviceMinor);

    /// <summary>Returns what fstat(2) returns (statx(2)).</summary>
    public static Result<Statx> FStatx(int descriptor) => Statx(descriptor, "", AT_EMPTY_PATH);

    /// <summary>Changes a file's permissions (chmod(2)).</summary>
    public static Result ChMod(string path, uint mode) => Libc.Check(chmod(path, mode));

    /// <summary>Creates a directory (mkdir(2)).</summary>
    public static Result MkDir(string path, uint mode) => Libc.Check(mkdir(path, mode));

    /// <summary>Creates a named pipe (mkfifo(3)).</summary>
    public static Result MkFifo(string path, uint mode) => Libc.Check(mkfifo(path, mode));

    /// <summary>Creates a file, a named pipe or a device file (mknod(2)).</summary>
    /// <param name="mode">The type and the permissions.</param>
    /// <param name="device">The device number of a device file.</param>
    public static Result MkNod(string path, uint mode, ulong device) => Libc.Check(mknod(path, mode, device));

    /// <summary>Sets the times of the last access and the last change (utimensat(2)).</summary>
    /// <param name="seconds">Seconds since 1970.</param>
    public static Result UTimensAt(string path, long seconds)
    {
        Span<TimeSpec> times = [new() { Seconds = seconds }, new() { Seconds = seconds }];
        return Libc.Check(utimensat(Fcntl.AT_FDCWD, path, ref times[0], 0));
    }

    private static Result<Statx> Statx(int directory, string path, int flags) =>
        statx(directory, path, flags, STATX_BASIC_STATS, out var found) < 0 ? Libc.LastError : found;

    [LibraryImport(Libc.Name, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int statx(int dirfd, string pathname, int flags, uint mask, out Statx statxbuf);

    [LibraryImport(Libc.Name, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int chmod(string pathname, uint mode);

    [LibraryImport(Libc.Name, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int mkdir(string pathname, uint mode);

    [LibraryImport(Libc.Name, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int mkfifo(string pathname, uint mode);

    [LibraryImport(Libc.Name, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int mknod(string pathname, uint mode, ulong dev);

    [LibraryImport(Libc.Name, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int utimensat(int dirfd, string pathname, ref TimeSpec times, int flags);
}
