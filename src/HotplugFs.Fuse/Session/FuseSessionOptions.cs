using HotplugFs.Fuse.Passthrough;

namespace HotplugFs.Fuse.Session;

/// <summary>What a session serves, and what it calls.</summary>
public sealed record FuseSessionOptions
{
    /// <summary>The mounted directory; null for the tree's root.</summary>
    public NodeId? Root { get; init; }

    /// <summary>Receives internal errors, on any thread.</summary>
    public Action<string>? Log { get; init; }

    /// <summary>The clock for chmod(2), chown(2) and utimensat(2).</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>The attributes that the kernel may read by itself, if it supports that and the process has CAP_SYS_ADMIN.</summary>
    public PassthroughUse Passthrough { get; init; } = PassthroughUse.Constant;

    /// <summary>Called once on the tree's thread when kernel and session have agreed, so that the mount answers from now on.</summary>
    public Action? Ready { get; init; }

    /// <summary>Actions to complete before the caller of a request receives its reply; null for none.</summary>
    public PostCommitActionSource? PostCommitActions { get; init; }
}
