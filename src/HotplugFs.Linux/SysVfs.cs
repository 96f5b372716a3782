namespace HotplugFs.Linux;

/// <summary>sys/vfs.h.</summary>
public static partial class SysVfs
{
    /// <summary>The type of a sysfs (linux/magic.h).</summary>
    public const long SYSFS_MAGIC = 0x62656572;

    /// <summary>Returns the properties of the file system that holds a file (statfs(2)).</summary>
    public static Result<StatFs> StatFs(string path) => statfs(path, out var found) < 0 ? Libc.LastError : found;

    /// <summary>Returns the properties of the file system that holds an open file (fstatfs(2)).</summary>
    public static Result<StatFs> FStatFs(int descriptor) => fstatfs(descriptor, out var found) < 0 ? Libc.LastError : found;

    [LibraryImport(Libc.Name, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int statfs(string path, out StatFs buf);

    [LibraryImport(Libc.Name, SetLastError = true)]
    private static partial int fstatfs(int fd, out StatFs buf);
}
