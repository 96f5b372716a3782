namespace HotplugFs.Linux;

/// <summary>dirent.h: reading directories.</summary>
public static partial class Dirent
{
    /// <summary>A directory.</summary>
    public const byte DT_DIR = 4;
    /// <summary>A symbolic link.</summary>
    public const byte DT_LNK = 10;

    // struct linux_dirent64: the inode and the position of the next entry come first.
    private const int LengthOffset = 16;
    private const int TypeOffset = 18;
    private const int NameOffset = 19;

    /// <summary>Reads entries of a directory (getdents64(2)). <see cref="Take"/> decodes them.</summary>
    /// <returns>The length of the entries in bytes; 0 at the end.</returns>
    public static Result<int> GetDents64(int directory, Span<byte> buffer) =>
        Libc.Value(getdents64(directory, ref MemoryMarshal.GetReference(buffer), (nuint)buffer.Length));

    /// <summary>Removes the first of some entries.</summary>
    /// <returns>Its type (DT_*) and its name.</returns>
    public static (byte Type, string Name) Take(ref ReadOnlySpan<byte> entries)
    {
        var entry = entries[..MemoryMarshal.Read<ushort>(entries[LengthOffset..])];
        entries = entries[entry.Length..];
        var name = entry[NameOffset..];
        return (entry[TypeOffset], System.Text.Encoding.Latin1.GetString(name[..name.IndexOf((byte)0)]));
    }

    [LibraryImport(Libc.Name, SetLastError = true)]
    private static partial nint getdents64(int fd, ref byte dirp, nuint count);
}
