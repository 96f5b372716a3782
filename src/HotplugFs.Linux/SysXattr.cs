namespace HotplugFs.Linux;

/// <summary>sys/xattr.h: extended attributes (xattr(7)).</summary>
public static partial class SysXattr
{
    /// <summary>Reads an attribute (getxattr(2)).</summary>
    /// <returns>The length of its value in bytes; ERANGE if the buffer is too small.</returns>
    public static Result<int> GetXattr(string path, string name, Span<byte> value) =>
        Libc.Value(getxattr(path, name, ref MemoryMarshal.GetReference(value), (nuint)value.Length));

    /// <summary>Creates or changes an attribute (setxattr(2)).</summary>
    public static Result SetXattr(string path, string name, ReadOnlySpan<byte> value) =>
        Libc.Check(setxattr(path, name, ref MemoryMarshal.GetReference(value), (nuint)value.Length, 0));

    /// <summary>Lists the names of all attributes, each with a NUL at the end (listxattr(2)).</summary>
    /// <returns>The length of the list in bytes; ERANGE if the buffer is too small.</returns>
    public static Result<int> ListXattr(string path, Span<byte> list) =>
        Libc.Value(listxattr(path, ref MemoryMarshal.GetReference(list), (nuint)list.Length));

    /// <summary>Removes an attribute (removexattr(2)).</summary>
    public static Result RemoveXattr(string path, string name) => Libc.Check(removexattr(path, name));

    [LibraryImport(Libc.Name, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint getxattr(string path, string name, ref byte value, nuint size);

    [LibraryImport(Libc.Name, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int setxattr(string path, string name, ref byte value, nuint size, int flags);

    [LibraryImport(Libc.Name, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint listxattr(string path, ref byte list, nuint size);

    [LibraryImport(Libc.Name, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int removexattr(string path, string name);
}
