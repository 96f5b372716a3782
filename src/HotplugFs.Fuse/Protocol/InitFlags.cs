namespace HotplugFs.Fuse.Protocol;

/// <summary>The features that kernel and server agree on in INIT. Source: the FUSE_* flags of include/uapi/linux/fuse.h.</summary>
[Flags]
internal enum InitFlags : uint
{
    /// <summary>FUSE_ATOMIC_O_TRUNC: open(2) with O_TRUNC is one request.</summary>
    AtomicTruncate = 1 << 3,

    /// <summary>FUSE_DO_READDIRPLUS: listings contain attributes, so that <c>ls -l</c> needs no request per entry.</summary>
    ReadDirPlus = 1 << 13,

    /// <summary>FUSE_ASYNC_DIO: without it, io_uring and aio get the size that they asked for as the number of bytes read.</summary>
    AsyncDirectIO = 1 << 15,

    /// <summary>FUSE_PARALLEL_DIROPS: lookups and listings in one directory may run in parallel.</summary>
    ParallelDirectoryOperations = 1 << 18,

    /// <summary>FUSE_MAX_PAGES: <see cref="InitOut.MaxPages"/> is valid.</summary>
    MaxPages = 1 << 22,

    /// <summary>FUSE_CACHE_SYMLINKS: the kernel caches link targets.</summary>
    CacheLinks = 1 << 23,

    /// <summary>FUSE_NO_OPENDIR_SUPPORT: the kernel can open directories without a request and then caches their listings.</summary>
    NoOpenDirectory = 1 << 24,

    /// <summary>FUSE_INIT_EXT: <see cref="InitInExtension"/> and <see cref="InitOut.Flags2"/> are valid.</summary>
    Extended = 1 << 30,
}
