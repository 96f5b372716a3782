namespace HotplugFs.Abi;

/// <summary>The bits of st_mode: file type and permissions. Source: inode(7).</summary>
public static class ModeBits
{
    /// <summary>Mask of the type bits (S_IFMT).</summary>
    public const uint TypeMask = 0xF000;

    /// <summary>A FIFO, also called a named pipe (S_IFIFO).</summary>
    public const uint Fifo = 0x1000;

    /// <summary>A character device (S_IFCHR).</summary>
    public const uint CharacterDevice = 0x2000;

    /// <summary>A directory (S_IFDIR).</summary>
    public const uint Directory = 0x4000;

    /// <summary>A regular file (S_IFREG).</summary>
    public const uint Regular = 0x8000;

    /// <summary>A symbolic link (S_IFLNK).</summary>
    public const uint Link = 0xA000;

    /// <summary>Mask of the permission bits, including the set-ID and sticky bits (07777).</summary>
    public const uint PermissionMask = 0xFFF;

    /// <summary>All read bits (S_IRUGO, 0444).</summary>
    public const uint AnyRead = 0x124;

    /// <summary>All write bits (S_IWUGO, 0222).</summary>
    public const uint AnyWrite = 0x92;

    /// <summary>0755, the permissions of sysfs directories.</summary>
    public const uint Mode0755 = 0x1ED;

    /// <summary>0777, the permissions of links.</summary>
    public const uint Mode0777 = 0x1FF;

    /// <summary>0644, a readable and writable attribute.</summary>
    public const uint Mode0644 = 0x1A4;

    /// <summary>0664, an attribute that a group may write.</summary>
    public const uint Mode0664 = 0x1B4;

    /// <summary>0400, an attribute that only root may read.</summary>
    public const uint Mode0400 = 0x100;

    /// <summary>0600, a debugfs attribute.</summary>
    public const uint Mode0600 = 0x180;

    /// <summary>0444, a read-only attribute.</summary>
    public const uint Mode0444 = 0x124;

    /// <summary>0200, a write-only attribute.</summary>
    public const uint Mode0200 = 0x80;
}
