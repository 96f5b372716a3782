namespace HotplugFs.Fuse.Protocol;

/// <summary>How the kernel treats an open file. Source: the FOPEN_* flags.</summary>
[Flags]
internal enum OpenReplyFlags : uint
{
    /// <summary>FOPEN_DIRECT_IO: reads and writes bypass the page cache, so that contents are never stale.</summary>
    DirectIO = 1 << 0,

    /// <summary>FOPEN_NOFLUSH: close(2) sends RELEASE but not FLUSH.</summary>
    NoFlush = 1 << 5,

    /// <summary>FOPEN_PASSTHROUGH: the kernel reads the file <see cref="OpenOut.BackingId"/>.</summary>
    Passthrough = 1 << 7,
}
