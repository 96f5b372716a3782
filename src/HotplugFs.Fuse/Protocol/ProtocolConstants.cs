namespace HotplugFs.Fuse.Protocol;

/// <summary>Numbers of the FUSE protocol. Source: include/uapi/linux/fuse.h, except where noted.</summary>
internal static class ProtocolConstants
{
    /// <summary>The protocol of Linux 5.4 (FUSE_KERNEL_VERSION). The server needs nothing newer, and later kernels support it.</summary>
    internal const uint MajorVersion = 7;

    /// <summary>The minor version of Linux 5.4 (FUSE_KERNEL_MINOR_VERSION).</summary>
    internal const uint MinorVersion = 31;

    /// <summary>The kernel's number of the mounted directory (FUSE_ROOT_ID).</summary>
    internal const ulong RootId = 1;

    /// <summary>The alignment of directory entries in bytes (FUSE_DIRENT_ALIGN).</summary>
    internal const int DirEntryAlignment = 8;

    /// <summary>The unit of <see cref="InitOut.MaxPages"/> in bytes.</summary>
    internal const int PageSize = 4096;

    /// <summary>The longest name in bytes (FUSE_NAME_MAX of fs/fuse).</summary>
    internal const int NameMax = 1024;

    /// <summary>
    /// The largest error number that the kernel accepts in a reply: it rejects 512 (EWAITING) and above, and leaves the caller waiting.
    /// </summary>
    internal const Errno ErrnoMax = (Errno)511;
}
