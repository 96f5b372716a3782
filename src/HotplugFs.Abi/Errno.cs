namespace HotplugFs.Abi;

// ErrnoNames.Text has the meaning of each member.
#pragma warning disable CS1591

/// <summary>
/// A Linux error number, always positive (1 to 4095). There is no member for success and no implicit conversion from or to
/// <see cref="int"/>. The kernel's protocols want negative numbers; the encoder of a reply negates them, and nothing else does.
/// Numbers without a member are valid values too: notifier error injection can produce each number of the range.
/// Source: include/uapi/asm-generic/errno-base.h and errno.h (names and numbers of x86 and arm64).
/// </summary>
public enum Errno
{
    EPERM = 1,
    ENOENT = 2,
    EINTR = 4,
    EIO = 5,
    ENXIO = 6,
    ENOEXEC = 8,
    EBADF = 9,
    EAGAIN = 11,
    ENOMEM = 12,
    EACCES = 13,
    EFAULT = 14,
    EBUSY = 16,
    EEXIST = 17,
    EXDEV = 18,
    ENODEV = 19,
    ENOTDIR = 20,
    EISDIR = 21,
    EINVAL = 22,
    ENFILE = 23,
    EMFILE = 24,
    ENOTTY = 25,
    EFBIG = 27,
    ENOSPC = 28,
    ESPIPE = 29,
    EROFS = 30,
    EPIPE = 32,
    ERANGE = 34,
    ENAMETOOLONG = 36,
    ENOSYS = 38,
    ENOTEMPTY = 39,
    ELOOP = 40,
    ENODATA = 61,
    EPROTO = 71,
    EOPNOTSUPP = 95,
    ECONNABORTED = 103,
    ENOTCONN = 107,
    EHWPOISON = 133,
}
