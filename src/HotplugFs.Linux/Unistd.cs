using System.Runtime.InteropServices;
using HotplugFs.Abi;

namespace HotplugFs.Linux;

/// <summary>unistd.h: descriptors, names and user ids.</summary>
public static partial class Unistd
{
    /// <summary>Closes a descriptor (close(2)). It is closed even if an error is returned.</summary>
    public static Result Close(int descriptor) => Libc.Check(close(descriptor));

    /// <summary>Duplicates a descriptor; programs that are started inherit the copy (dup(2)).</summary>
    public static Result<int> Dup(int descriptor) => Libc.Value(dup(descriptor));

    /// <summary>Returns the effective user id, as the process's user namespace sees it (geteuid(2)).</summary>
    public static uint GetEuid() => geteuid();

    /// <summary>Returns the effective group id, as the process's user namespace sees it (getegid(2)).</summary>
    public static uint GetEgid() => getegid();

    /// <summary>Reads bytes (read(2)).</summary>
    /// <returns>The number of bytes; 0 at the end of the file.</returns>
    public static Result<int> Read(DescriptorHandle file, Span<byte> buffer) =>
        Libc.Value(read(file, ref MemoryMarshal.GetReference(buffer), (nuint)buffer.Length));

    /// <summary>Writes bytes (write(2)).</summary>
    /// <returns>The number of bytes that the file took.</returns>
    public static Result<int> Write(DescriptorHandle file, ReadOnlySpan<byte> data) =>
        Libc.Value(write(file, ref MemoryMarshal.GetReference(data), (nuint)data.Length));

    [LibraryImport(Libc.Name, SetLastError = true)]
    private static partial int close(int fd);

    [LibraryImport(Libc.Name, SetLastError = true)]
    private static partial int dup(int fd);

    [LibraryImport(Libc.Name)]
    private static partial uint geteuid();

    [LibraryImport(Libc.Name)]
    private static partial uint getegid();

    [LibraryImport(Libc.Name, SetLastError = true)]
    private static partial nint read(DescriptorHandle fd, ref byte buf, nuint count);

    [LibraryImport(Libc.Name, SetLastError = true)]
    private static partial nint write(DescriptorHandle fd, ref byte buf, nuint count);
}
