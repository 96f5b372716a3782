namespace HotplugFs.Fuse.Protocol;

/// <summary>What a message to the kernel that answers no request says. Source: enum fuse_notify_code.</summary>
internal enum NotifyCode
{
    /// <summary>Who polls an open file is to be woken.</summary>
    Poll = 1,

    /// <summary>The attributes and contents of a node are to be forgotten.</summary>
    InvalidateInode = 2,

    /// <summary>A name in a directory is to be forgotten, whether there was a node behind it or not.</summary>
    InvalidateEntry = 3,
}
