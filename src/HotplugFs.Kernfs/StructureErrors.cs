using HotplugFs.Abi;

namespace HotplugFs.Kernfs;

/// <summary>
/// What sysfs answers to those who want to change its structure; entries come and go by what happens to the machine only
/// (recordings <c>*-f-fileops-root</c>).
/// </summary>
public static class StructureErrors
{
    /// <summary>open(2) with O_CREAT of a name that is not there, and mknod(2) of a regular file.</summary>
    public const Errno Create = Errno.EACCES;

    /// <summary>mkdir, rmdir, unlink, symlink, link, rename and mknod of anything but a regular file.</summary>
    public const Errno Other = Errno.EPERM;

    /// <summary>mknod(2).</summary>
    /// <param name="mode">Its mode argument; no type bits mean a regular file.</param>
    public static Errno MakeNode(uint mode) => (mode & ModeBits.TypeMask) is 0 or ModeBits.Regular ? Create : Other;
}
