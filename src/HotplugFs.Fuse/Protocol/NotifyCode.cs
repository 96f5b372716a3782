namespace HotplugFs.Fuse.Protocol;

/// <summary>The kinds of notifications. Source: enum fuse_notify_code.</summary>
internal enum NotifyCode
{
    /// <summary>FUSE_NOTIFY_POLL: wake the pollers of an open file.</summary>
    Poll = 1,

    /// <summary>FUSE_NOTIFY_INVAL_INODE: drop the cached attributes and contents of a node.</summary>
    InvalidateInode = 2,

    /// <summary>FUSE_NOTIFY_INVAL_ENTRY: drop a cached name of a directory, whether or not it names a node.</summary>
    InvalidateEntry = 3,
}
