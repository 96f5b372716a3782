namespace HotplugFs.Linux;

/// <summary>fcntl.h: opening files, and the properties of descriptors.</summary>
public static partial class Fcntl
{
    /// <summary>Open for reading.</summary>
    public const int O_RDONLY = 0;
    /// <summary>Open for writing.</summary>
    public const int O_WRONLY = 1;
    /// <summary>Open for reading and writing.</summary>
    public const int O_RDWR = 2;
    /// <summary>Create the file if it does not exist.</summary>
    public const int O_CREAT = 0x40;
    /// <summary>Fail with EEXIST if the file exists.</summary>
    public const int O_EXCL = 0x80;
    /// <summary>Do not make a terminal the controlling one.</summary>
    public const int O_NOCTTY = 0x100;
    /// <summary>Set the size to 0.</summary>
    public const int O_TRUNC = 0x200;
    /// <summary>Write to the end.</summary>
    public const int O_APPEND = 0x400;
    /// <summary>Return EAGAIN instead of waiting.</summary>
    public const int O_NONBLOCK = 0x800;
    /// <summary>Write data to the device before write(2) returns.</summary>
    public const int O_DSYNC = 0x1000;
    /// <summary>Do not update the time of the last access.</summary>
    public const int O_NOATIME = 0x40000;
    /// <summary>Close the descriptor on execve(2).</summary>
    public const int O_CLOEXEC = 0x80000;
    /// <summary>Write data and metadata to the device before write(2) returns.</summary>
    public const int O_SYNC = 0x100000 | O_DSYNC;
    /// <summary>Obtain a descriptor that stands for a path only.</summary>
    public const int O_PATH = 0x200000;

    /// <summary>No seal can be added any more.</summary>
    public const int F_SEAL_SEAL = 1;
    /// <summary>The file cannot shrink.</summary>
    public const int F_SEAL_SHRINK = 2;
    /// <summary>The file cannot grow.</summary>
    public const int F_SEAL_GROW = 4;
    /// <summary>The file cannot be written.</summary>
    public const int F_SEAL_WRITE = 8;

    /// <summary>In place of a directory: relative paths start at the current directory.</summary>
    internal const int AT_FDCWD = -100;

    private const int FD_CLOEXEC = 1;
    private const int F_GETFD = 1;
    private const int F_SETFD = 2;
    private const int F_GETFL = 3;
    private const int F_DUPFD_CLOEXEC = 1030;
    private const int F_ADD_SEALS = 1033;

    /// <summary>Bypass the page cache.</summary>
    public static int O_DIRECT => Libc.IsArm64 ? 0x10000 : 0x4000;

    /// <summary>Fail with ENOTDIR if the path is no directory.</summary>
    public static int O_DIRECTORY => Libc.IsArm64 ? 0x4000 : 0x10000;

    /// <summary>Fail with ELOOP if the path ends with a symbolic link.</summary>
    public static int O_NOFOLLOW => Libc.IsArm64 ? 0x8000 : 0x20000;

    /// <summary>Create a file without a name in a directory.</summary>
    public static int O_TMPFILE => 0x400000 | O_DIRECTORY;

    /// <summary>Opens a file (open(2)).</summary>
    /// <param name="flags">O_* flags.</param>
    /// <param name="mode">The permissions of a file that O_CREAT creates.</param>
    /// <returns>The descriptor.</returns>
    public static Result<int> Open(string path, int flags, uint mode = 0) => Libc.Value(open(path, flags, mode));

    /// <summary>Opens a file that exists (open(2)), without allocating.</summary>
    /// <param name="path">The path in UTF-8, followed by a NUL.</param>
    /// <param name="flags">O_* flags.</param>
    /// <returns>The descriptor.</returns>
    public static Result<int> Open(ReadOnlySpan<byte> path, int flags) => Libc.Value(open(ref MemoryMarshal.GetReference(path), flags, 0));

    /// <summary>
    /// Opens /dev/null for each standard stream that the caller closed. Otherwise the next file that is opened gets the stream's number, and
    /// text for the stream is written there.
    /// </summary>
    public static void OpenStandardStreams()
    {
        for (var stream = 0; stream <= Unistd.STDERR_FILENO; stream++)
        {
            // open(2) returns the lowest free number. Where there is no /dev/null, the root directory takes the number, too.
            if (fcntl(stream, F_GETFD, 0) < 0 && open("/dev/null", O_RDWR, 0) < 0)
                _ = open("/", O_RDONLY, 0);
        }
    }

    /// <summary>Opens a file in a directory that is open (openat(2)).</summary>
    /// <inheritdoc cref="Open(string, int, uint)"/>
    public static Result<int> OpenAt(int directory, string path, int flags) => Libc.Value(openat(directory, path, flags, 0));

    /// <summary>Returns whether programs that are started inherit a descriptor (F_GETFD in fcntl(2)).</summary>
    public static bool IsInherited(int descriptor) => fcntl(descriptor, F_GETFD, 0) == 0;

    /// <summary>Returns the flags with which a file was opened, without those that created it (F_GETFL in fcntl(2)).</summary>
    public static Result<int> GetFlags(int descriptor) => Libc.Value(fcntl(descriptor, F_GETFL, 0));

    /// <summary>Sets whether execve(2) closes a descriptor (F_SETFD in fcntl(2)).</summary>
    public static Result SetCloseOnExec(int descriptor, bool closes = true) =>
        Libc.Check(fcntl(descriptor, F_SETFD, closes ? FD_CLOEXEC : 0));

    /// <summary>Duplicates a descriptor; execve(2) closes the copy (F_DUPFD_CLOEXEC in fcntl(2)).</summary>
    /// <param name="lowest">The lowest number that the copy may have.</param>
    public static Result<int> DupCloseOnExec(int descriptor, int lowest) => Libc.Value(fcntl(descriptor, F_DUPFD_CLOEXEC, lowest));

    /// <summary>Restricts what can be done with a file of memfd_create(2) (F_ADD_SEALS in fcntl(2)).</summary>
    /// <param name="seals">F_SEAL_* flags.</param>
    public static Result AddSeals(DescriptorHandle file, int seals) => Libc.Check(fcntl(file, F_ADD_SEALS, seals));

    /// <summary>Performs any command whose argument is a number (fcntl(2)).</summary>
    public static Result<int> Control(int descriptor, int command, int argument) => Libc.Value(fcntl(descriptor, command, argument));

    /// <summary>Allocates the first bytes of a file (fallocate(2)).</summary>
    public static Result FAllocate(int descriptor, long length) => Libc.Check(fallocate(descriptor, 0, 0, length));

    [LibraryImport(Libc.Name, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string pathname, int flags, uint mode);

    [LibraryImport(Libc.Name, SetLastError = true)]
    private static partial int open(ref byte pathname, int flags, uint mode);

    [LibraryImport(Libc.Name, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int openat(int dirfd, string pathname, int flags, uint mode);

    [LibraryImport(Libc.Name, SetLastError = true)]
    private static partial int fcntl(int fd, int cmd, int arg);

    [LibraryImport(Libc.Name, SetLastError = true)]
    private static partial int fcntl(DescriptorHandle fd, int cmd, int arg);

    [LibraryImport(Libc.Name, SetLastError = true)]
    private static partial int fallocate(int fd, int mode, long offset, long len);
}
