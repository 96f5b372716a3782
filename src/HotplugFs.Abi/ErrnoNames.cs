namespace HotplugFs.Abi;

/// <summary>Names and texts of error numbers.</summary>
public static class ErrnoNames
{
    private const int ErrnoMax = 4095;

    /// <summary>The name (<c>EINVAL</c>), or the decimal number if <see cref="Errno"/> has no member for it.</summary>
    public static string Name(this Errno errno) => errno.ToString();

    /// <summary>The text of strerror(3) (<c>Invalid argument</c>), or <c>Unknown error N</c>.</summary>
    public static string Text(this Errno errno) => errno switch
    {
        Errno.EPERM => "Operation not permitted",
        Errno.ENOENT => "No such file or directory",
        Errno.EINTR => "Interrupted system call",
        Errno.EIO => "Input/output error",
        Errno.ENXIO => "No such device or address",
        Errno.ENOEXEC => "Exec format error",
        Errno.EBADF => "Bad file descriptor",
        Errno.EAGAIN => "Resource temporarily unavailable",
        Errno.ENOMEM => "Cannot allocate memory",
        Errno.EACCES => "Permission denied",
        Errno.EFAULT => "Bad address",
        Errno.EBUSY => "Device or resource busy",
        Errno.EEXIST => "File exists",
        Errno.EXDEV => "Invalid cross-device link",
        Errno.ENODEV => "No such device",
        Errno.ENOTDIR => "Not a directory",
        Errno.EISDIR => "Is a directory",
        Errno.EINVAL => "Invalid argument",
        Errno.ENFILE => "Too many open files in system",
        Errno.EMFILE => "Too many open files",
        Errno.ENOTTY => "Inappropriate ioctl for device",
        Errno.EFBIG => "File too large",
        Errno.ENOSPC => "No space left on device",
        Errno.ESPIPE => "Illegal seek",
        Errno.EROFS => "Read-only file system",
        Errno.EPIPE => "Broken pipe",
        Errno.ERANGE => "Numerical result out of range",
        Errno.ENAMETOOLONG => "File name too long",
        Errno.ENOSYS => "Function not implemented",
        Errno.ENOTEMPTY => "Directory not empty",
        Errno.ELOOP => "Too many levels of symbolic links",
        Errno.ENODATA => "No data available",
        Errno.EPROTO => "Protocol error",
        Errno.EOPNOTSUPP => "Operation not supported",
        Errno.ECONNABORTED => "Software caused connection abort",
        Errno.ENOTCONN => "Transport endpoint is not connected",
        Errno.EHWPOISON => "Memory page has hardware error",
        _ => $"Unknown error {(int)errno}",
    };

    /// <summary>Parses a name such as <c>EINVAL</c> or a decimal number such as <c>512</c>.</summary>
    /// <returns>False if the text is neither a known name nor a number from 1 to 4095.</returns>
    public static bool TryParse(string text, out Errno errno)
    {
        if (!int.TryParse(text, out var number))
            return Enum.TryParse(text, out errno) && errno.Name() == text;
        errno = (Errno)number;
        return number is >= 1 and <= ErrnoMax;
    }
}
