namespace HotplugFs.Kernfs;

/// <summary>
/// The errors of sysfs for requests to change its structure. Only the kernel adds and removes entries (recordings
/// <c>*-f-fileops-root</c>).
/// </summary>
public static class StructureErrors
{
    /// <summary>The error of open(2) with O_CREAT of a missing name, and of mknod(2) of a regular file.</summary>
    public const Errno Create = Errno.EACCES;

    /// <summary>The error of mkdir, rmdir, unlink, symlink, link, rename, and of mknod of other types than regular files.</summary>
    public const Errno Other = Errno.EPERM;

    /// <summary>The error of mknod(2).</summary>
    /// <param name="mode">No type bits mean a regular file.</param>
    public static Errno MakeNode(uint mode) => (mode & ModeBits.TypeMask) is 0 or ModeBits.Regular ? Create : Other;
}
