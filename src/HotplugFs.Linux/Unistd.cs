using System.Runtime.CompilerServices;

namespace HotplugFs.Linux;

/// <summary>unistd.h: descriptors, names and user ids.</summary>
public static partial class Unistd
{
    /// <summary>Standard input.</summary>
    public const int STDIN_FILENO = 0;
    /// <summary>Standard output.</summary>
    public const int STDOUT_FILENO = 1;
    /// <summary>Standard error.</summary>
    public const int STDERR_FILENO = 2;

    /// <summary>Closes a descriptor (close(2)). It is closed even if an error is returned.</summary>
    public static Result Close(int descriptor) => Libc.Check(close(descriptor));

    /// <summary>Duplicates a descriptor; programs that are started inherit the copy (dup(2)).</summary>
    public static Result<int> Dup(int descriptor) => Libc.Value(dup(descriptor));

    /// <summary>Connects two new descriptors, one to read and one to write (pipe2(2)).</summary>
    /// <param name="flags">O_CLOEXEC and O_NONBLOCK.</param>
    public static Result<(int Reading, int Writing)> Pipe2(int flags)
    {
        Span<int> ends = stackalloc int[2];
        return pipe2(ref ends[0], flags) < 0 ? Libc.LastError : (ends[0], ends[1]);
    }

    /// <summary>Reads bytes (read(2)).</summary>
    /// <returns>The number of bytes; 0 at the end of the file.</returns>
    public static Result<int> Read(int descriptor, Span<byte> buffer) =>
        Libc.Value(read(descriptor, ref MemoryMarshal.GetReference(buffer), (nuint)buffer.Length));

    /// <inheritdoc cref="Read(int, Span{byte})"/>
    public static Result<int> Read(DescriptorHandle file, Span<byte> buffer) =>
        Libc.Value(read(file, ref MemoryMarshal.GetReference(buffer), (nuint)buffer.Length));

    /// <summary>Reads bytes from an offset, which does not change the file's position (pread(2)).</summary>
    /// <inheritdoc cref="Read(int, Span{byte})"/>
    public static Result<int> PRead(int descriptor, Span<byte> buffer, long offset) =>
        Libc.Value(pread(descriptor, ref MemoryMarshal.GetReference(buffer), (nuint)buffer.Length, offset));

    /// <summary>Writes bytes (write(2)).</summary>
    /// <returns>The number of bytes that the file took.</returns>
    public static Result<int> Write(int descriptor, ReadOnlySpan<byte> data) =>
        Libc.Value(write(descriptor, ref MemoryMarshal.GetReference(data), (nuint)data.Length));

    /// <inheritdoc cref="Write(int, ReadOnlySpan{byte})"/>
    public static Result<int> Write(DescriptorHandle file, ReadOnlySpan<byte> data) =>
        Libc.Value(write(file, ref MemoryMarshal.GetReference(data), (nuint)data.Length));

    /// <summary>Writes from address 0, where no memory is mapped.</summary>
    /// <returns>EFAULT, unless the file returns an error before it reads the data.</returns>
    public static Result<int> WriteFromNull(int descriptor, int count) =>
        Libc.Value(write(descriptor, ref Unsafe.NullRef<byte>(), (nuint)count));

    /// <summary>Writes bytes to an offset, which does not change the file's position (pwrite(2)).</summary>
    /// <inheritdoc cref="Write(int, ReadOnlySpan{byte})"/>
    public static Result<int> PWrite(int descriptor, ReadOnlySpan<byte> data, long offset) =>
        Libc.Value(pwrite(descriptor, ref MemoryMarshal.GetReference(data), (nuint)data.Length, offset));

    /// <summary>Moves a file's position (lseek(2)).</summary>
    /// <param name="whence">0 to count from the start, 1 from the position, 2 from the end.</param>
    /// <returns>The new position in bytes.</returns>
    public static Result<long> LSeek(int descriptor, long offset, int whence)
    {
        var position = lseek(descriptor, offset, whence);
        return position < 0 ? Libc.LastError : position;
    }

    /// <summary>Writes a file's data to its device (fsync(2)).</summary>
    public static Result FSync(int descriptor) => Libc.Check(fsync(descriptor));

    /// <summary>Sets the size of a file that is open for writing (ftruncate(2)).</summary>
    public static Result FTruncate(int descriptor, long length) => Libc.Check(ftruncate(descriptor, length));

    /// <summary>Sets the size of a file (truncate(2)).</summary>
    public static Result Truncate(string path, long length) => Libc.Check(truncate(path, length));

    /// <summary>Changes the current directory, of the thread only if it has called unshare(CLONE_FS) (chdir(2)).</summary>
    public static Result ChDir(string path) => Libc.Check(chdir(path));

    /// <summary>Checks whether the real user may use a file (access(2)).</summary>
    /// <param name="mode">The sum of 4 to read, 2 to write and 1 to execute; 0 if the file need only exist.</param>
    public static Result Access(string path, int mode) => Libc.Check(access(path, mode));

    /// <summary>Changes a file's owner and group (chown(2)).</summary>
    public static Result ChOwn(string path, uint owner, uint group) => Libc.Check(chown(path, owner, group));

    /// <summary>Removes an empty directory (rmdir(2)).</summary>
    public static Result RmDir(string path) => Libc.Check(rmdir(path));

    /// <summary>Removes a name (unlink(2)).</summary>
    public static Result Unlink(string path) => Libc.Check(unlink(path));

    /// <summary>Creates a hard link (link(2)).</summary>
    public static Result Link(string path, string newPath) => Libc.Check(link(path, newPath));

    /// <summary>Creates a symbolic link (symlink(2)).</summary>
    public static Result Symlink(string target, string path) => Libc.Check(symlink(target, path));

    /// <summary>Reads the target of a symbolic link (readlink(2)).</summary>
    /// <returns>The number of bytes, at most the buffer's length.</returns>
    public static Result<int> ReadLink(string path, Span<byte> buffer) =>
        Libc.Value(readlink(path, ref MemoryMarshal.GetReference(buffer), (nuint)buffer.Length));

    /// <summary>Returns the effective user id, as the process's user namespace sees it (geteuid(2)).</summary>
    public static uint GetEuid() => geteuid();

    /// <summary>Returns the effective group id, as the process's user namespace sees it (getegid(2)).</summary>
    public static uint GetEgid() => getegid();

    [LibraryImport(Libc.Name, SetLastError = true)]
    private static partial int close(int fd);

    [LibraryImport(Libc.Name, SetLastError = true)]
    private static partial int dup(int fd);

    [LibraryImport(Libc.Name, SetLastError = true)]
    private static partial int pipe2(ref int pipefd, int flags);

    [LibraryImport(Libc.Name, SetLastError = true)]
    private static partial nint read(int fd, ref byte buf, nuint count);

    [LibraryImport(Libc.Name, SetLastError = true)]
    private static partial nint read(DescriptorHandle fd, ref byte buf, nuint count);

    [LibraryImport(Libc.Name, SetLastError = true)]
    private static partial nint pread(int fd, ref byte buf, nuint count, long offset);

    [LibraryImport(Libc.Name, SetLastError = true)]
    private static partial nint write(int fd, ref byte buf, nuint count);

    [LibraryImport(Libc.Name, SetLastError = true)]
    private static partial nint write(DescriptorHandle fd, ref byte buf, nuint count);

    [LibraryImport(Libc.Name, SetLastError = true)]
    private static partial nint pwrite(int fd, ref byte buf, nuint count, long offset);

    [LibraryImport(Libc.Name, SetLastError = true)]
    private static partial long lseek(int fd, long offset, int whence);

    [LibraryImport(Libc.Name, SetLastError = true)]
    private static partial int fsync(int fd);

    [LibraryImport(Libc.Name, SetLastError = true)]
    private static partial int ftruncate(int fd, long length);

    [LibraryImport(Libc.Name, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int truncate(string path, long length);

    [LibraryImport(Libc.Name, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int chdir(string path);

    [LibraryImport(Libc.Name, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int access(string pathname, int mode);

    [LibraryImport(Libc.Name, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int chown(string pathname, uint owner, uint group);

    [LibraryImport(Libc.Name, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int rmdir(string pathname);

    [LibraryImport(Libc.Name, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int unlink(string pathname);

    [LibraryImport(Libc.Name, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int link(string oldpath, string newpath);

    [LibraryImport(Libc.Name, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int symlink(string target, string linkpath);

    [LibraryImport(Libc.Name, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint readlink(string pathname, ref byte buf, nuint bufsiz);

    [LibraryImport(Libc.Name)]
    private static partial uint geteuid();

    [LibraryImport(Libc.Name)]
    private static partial uint getegid();
}
