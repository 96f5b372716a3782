namespace HotplugFs.Abi;

/// <summary>Names and texts of error numbers.</summary>
public static class ErrnoNames
{
    private static readonly (Errno Number, string Text)[] Table =
    [
        (Errno.EPERM, "Operation not permitted"),
        (Errno.ENOENT, "No such file or directory"),
        (Errno.EINTR, "Interrupted system call"),
        (Errno.EIO, "Input/output error"),
        (Errno.ENXIO, "No such device or address"),
        (Errno.ENOEXEC, "Exec format error"),
        (Errno.EBADF, "Bad file descriptor"),
        (Errno.EAGAIN, "Resource temporarily unavailable"),
        (Errno.ENOMEM, "Cannot allocate memory"),
        (Errno.EACCES, "Permission denied"),
        (Errno.EFAULT, "Bad address"),
        (Errno.EBUSY, "Device or resource busy"),
        (Errno.EEXIST, "File exists"),
        (Errno.EXDEV, "Invalid cross-device link"),
        (Errno.ENODEV, "No such device"),
        (Errno.ENOTDIR, "Not a directory"),
        (Errno.EISDIR, "Is a directory"),
        (Errno.EINVAL, "Invalid argument"),
        (Errno.ENFILE, "Too many open files in system"),
        (Errno.EMFILE, "Too many open files"),
        (Errno.ENOTTY, "Inappropriate ioctl for device"),
        (Errno.EFBIG, "File too large"),
        (Errno.ENOSPC, "No space left on device"),
        (Errno.ESPIPE, "Illegal seek"),
        (Errno.EROFS, "Read-only file system"),
        (Errno.EPIPE, "Broken pipe"),
        (Errno.ERANGE, "Numerical result out of range"),
        (Errno.ENAMETOOLONG, "File name too long"),
        (Errno.ENOSYS, "Function not implemented"),
        (Errno.ENOTEMPTY, "Directory not empty"),
        (Errno.ELOOP, "Too many levels of symbolic links"),
        (Errno.ENODATA, "No data available"),
        (Errno.EPROTO, "Protocol error"),
        (Errno.EOPNOTSUPP, "Operation not supported"),
        (Errno.ECONNABORTED, "Software caused connection abort"),
        (Errno.ENOTCONN, "Transport endpoint is not connected"),
        (Errno.EHWPOISON, "Memory page has hardware error"),
    ];

    /// <summary>The name (<c>EINVAL</c>), or the plain number for one that has no name here.</summary>
    /// <param name="errno">The error number.</param>
    public static string Name(this Errno errno)
    {
        foreach (var row in Table)
            if (row.Number == errno)
                return row.Number.ToString();
        return ((int)errno).ToString();
    }

    /// <summary>The text that strerror(3) gives (<c>Invalid argument</c>), or <c>Unknown error N</c>.</summary>
    /// <param name="errno">The error number.</param>
    public static string Text(this Errno errno)
    {
        foreach (var row in Table)
            if (row.Number == errno)
                return row.Text;
        return $"Unknown error {(int)errno}";
    }

    /// <summary>Finds the number for a name such as <c>EINVAL</c> or a decimal number such as <c>512</c>.</summary>
    /// <param name="name">The name or number.</param>
    /// <param name="errno">The error number found.</param>
    /// <returns>False if the name is not known and is not a number from 1 to 4095.</returns>
    public static bool TryParse(string name, out Errno errno)
    {
        foreach (var row in Table)
        {
            if (row.Number.ToString() == name)
            {
                errno = row.Number;
                return true;
            }
        }
        var isNumber = int.TryParse(name, out var number) && number is >= 1 and <= 4095;
        errno = (Errno)number;
        return isNumber;
    }
}
