namespace HotplugFs.Linux;

/// <summary>stdio.h.</summary>
public static partial class Stdio
{
    /// <summary>Renames a file (rename(2)).</summary>
    public static Result Rename(string path, string newPath) => Libc.Check(rename(path, newPath));

    [LibraryImport(Libc.Name, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int rename(string oldpath, string newpath);
}
