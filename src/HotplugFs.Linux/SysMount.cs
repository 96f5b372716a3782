namespace HotplugFs.Linux;

/// <summary>sys/mount.h.</summary>
public static partial class SysMount
{
    /// <summary>Mount read-only.</summary>
    public const nuint MS_RDONLY = 1;
    /// <summary>Ignore set-user-ID and set-group-ID bits.</summary>
    public const nuint MS_NOSUID = 2;
    /// <summary>Refuse to open device files.</summary>
    public const nuint MS_NODEV = 4;
    /// <summary>Refuse to execute programs.</summary>
    public const nuint MS_NOEXEC = 8;
    /// <summary>Change the flags of an existing mount.</summary>
    public const nuint MS_REMOUNT = 32;
    /// <summary>Make a directory or a file visible at another place; with MS_REMOUNT, change the flags of that mount only.</summary>
    public const nuint MS_BIND = 4096;
    /// <summary>Do not propagate later mounts.</summary>
    public const nuint MS_PRIVATE = 1 << 18;
    /// <summary>Propagate later mounts to and from the copies of this mount in other namespaces.</summary>
    public const nuint MS_SHARED = 1 << 20;

    /// <summary>Remove the mount from the tree now, and unmount it when it is no longer in use.</summary>
    public const int MNT_DETACH = 2;
    /// <summary>Abort pending requests and unmount even if the file system does not answer.</summary>
    public const int MNT_FORCE = 1;
    /// <summary>Do not follow a symbolic link at the end of the path.</summary>
    public const int UMOUNT_NOFOLLOW = 8;

    /// <summary>Mounts a file system or changes a mount (mount(2)).</summary>
    /// <param name="flags">MS_* flags.</param>
    /// <param name="data">The file system's options, separated by commas.</param>
    public static Result Mount(string? source, string target, string? type, nuint flags, string? data) =>
        Libc.Check(mount(source, target, type, flags, data));

    /// <summary>Removes the topmost mount from a path (umount2(2)).</summary>
    /// <param name="flags">MNT_* and UMOUNT_* flags.</param>
    public static Result Umount2(string target, int flags) => Libc.Check(umount2(target, flags));

    [LibraryImport(Libc.Name, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int mount(string? source, string target, string? filesystemtype, nuint mountflags, string? data);

    [LibraryImport(Libc.Name, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int umount2(string target, int flags);
}
