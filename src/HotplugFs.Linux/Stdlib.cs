namespace HotplugFs.Linux;

/// <summary>stdlib.h.</summary>
public static partial class Stdlib
{
    /// <summary>Resolves all symbolic links of a path (realpath(3)).</summary>
    /// <returns>An absolute path.</returns>
    public static Result<string> RealPath(string path)
    {
        Span<byte> resolved = stackalloc byte[LinuxLimits.PATH_MAX];
        return realpath(path, ref resolved[0]) == 0 ? Libc.LastError : Encoding.UTF8.GetString(resolved[..resolved.IndexOf((byte)0)]);
    }

    [LibraryImport(Libc.Name, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint realpath(string path, ref byte resolved_path);
}
