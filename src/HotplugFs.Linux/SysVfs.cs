namespace HotplugFs.Linux;

/// <summary>sys/vfs.h.</summary>
public static partial class SysVfs
{
    /// <summary>Returns the properties of the file system that holds a file (statfs(2)).</summary>
    public static Result<StatFs> StatFs(string path) => statfs(path, out var found) < 0 ? Libc.LastError : found;

    [LibraryImport(Libc.Name, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int statfs(string path, out StatFs buf);
}
