namespace HotplugFs.Fuse.Protocol;

/// <summary>What the kernel and the server agree on at the start. Source: FUSE_* flags of INIT.</summary>
[Flags]
internal enum InitFlags : uint
{
    /// <summary>open(2) with O_TRUNC is one request.</summary>
    AtomicTruncate = 1 << 3,

    /// <summary>Listings carry attributes, so that <c>ls -l</c> needs no request per entry.</summary>
    ReadDirPlus = 1 << 13,

    /// <summary>Lookups and listings in one directory may run side by side.</summary>
    ParallelDirectoryOperations = 1 << 18,

    /// <summary><see cref="InitOut.MaxPages"/> counts.</summary>
    MaxPages = 1 << 22,

    /// <summary>The kernel keeps link targets.</summary>
    CacheLinks = 1 << 23,

    /// <summary>Directories need no request to open; the kernel then keeps listings.</summary>
    NoOpenDirectory = 1 << 24,

    /// <summary><see cref="InitInExtension"/> and <see cref="InitOut.Flags2"/> count.</summary>
    Extended = 1 << 30,
}

/// <summary>The flags of INIT from bit 32 on.</summary>
[Flags]
internal enum InitFlags2 : uint
{
    /// <summary>The kernel can read and write other files in the server's place (FUSE_PASSTHROUGH).</summary>
    Passthrough = 1 << 5,
}

/// <summary>How an open file behaves. Source: FOPEN_* flags.</summary>
[Flags]
internal enum OpenReplyFlags : uint
{
    /// <summary>Reads and writes go past the page cache, so that contents are never stale.</summary>
    DirectIO = 1 << 0,

    /// <summary>close(2) sends nothing but the release.</summary>
    NoFlush = 1 << 5,

    /// <summary>Reads go to the file <see cref="OpenOut.BackingId"/>.</summary>
    Passthrough = 1 << 7,
}

/// <summary>Which values a SETATTR changes. Source: FATTR_* flags.</summary>
[Flags]
internal enum SetAttrValid : uint
{
    Mode = 1 << 0,
    Uid = 1 << 1,
    Gid = 1 << 2,
    Size = 1 << 3,
    AccessTime = 1 << 4,
    ModifyTime = 1 << 5,
    AccessTimeNow = 1 << 7,
    ModifyTimeNow = 1 << 8,
}

/// <summary>What a POLL wants. Source: FUSE_POLL_* flags.</summary>
[Flags]
internal enum PollFlags : uint
{
    /// <summary>Someone goes to sleep and wants to be woken.</summary>
    ScheduleNotify = 1 << 0,
}
