namespace HotplugFs.Fuse.Protocol;

/// <summary>How the kernel reads. Source: the FUSE_READ_* flags.</summary>
[Flags]
internal enum ReadFlags : uint
{
    /// <summary>
    /// FUSE_READ_LOCKOWNER: <see cref="ReadIn.LockOwner"/> is valid. The kernel sets it if it reads for a caller, not for its page cache.
    /// </summary>
    LockOwner = 1 << 1,
}
