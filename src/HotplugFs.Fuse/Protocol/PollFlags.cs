namespace HotplugFs.Fuse.Protocol;

/// <summary>The flags of a POLL request. Source: the FUSE_POLL_* flags.</summary>
[Flags]
internal enum PollFlags : uint
{
    /// <summary>FUSE_POLL_SCHEDULE_NOTIFY: the caller is about to sleep and must be woken.</summary>
    ScheduleNotify = 1 << 0,
}
