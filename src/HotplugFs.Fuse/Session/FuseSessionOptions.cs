using HotplugFs.Kernfs;

namespace HotplugFs.Fuse;

/// <summary>What a session does besides answering.</summary>
public sealed record FuseSessionOptions
{
    /// <summary>The directory that is mounted; the tree's root if null.</summary>
    public NodeId? Root { get; init; }

    /// <summary>Where mistakes of ours are reported, from any thread.</summary>
    public Action<string>? Log { get; init; }

    /// <summary>Tells the time of chmod(2), chown(2) and utimensat(2).</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Which attributes the kernel may read by itself, if it can and this process has the right (CAP_SYS_ADMIN).</summary>
    public PassthroughUse Passthrough { get; init; } = PassthroughUse.Constant;

    /// <summary>Called on the tree's thread once the kernel and the session have agreed: the mount answers from now on.</summary>
    public Action? Ready { get; init; }

    /// <summary>
    /// Asked on the tree's thread after each request whether there is something to do outside before the caller learns that
    /// the request is done, such as sending uevents. What it returns runs on the notifier's thread, after the kernel has forgotten what
    /// changed and before the reply; null if there is nothing.
    /// </summary>
    public Func<Action?>? AfterChanges { get; init; }
}
