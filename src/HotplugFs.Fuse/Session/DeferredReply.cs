using HotplugFs.Kernfs;

namespace HotplugFs.Fuse.Session;

/// <summary>What one request left to do: tell the kernel what changed, wake who polls, act outside, and only then reply.</summary>
internal sealed class DeferredReply
{
    internal List<TreeChange> Changes { get; } = [];

    /// <summary>The kernel's numbers of the open files whose pollers are to be woken.</summary>
    internal List<ulong> WakeUps { get; } = [];

    internal Action? Afterwards { get; init; }

    /// <summary>The whole reply; empty if it was sent already.</summary>
    internal byte[] Reply { get; init; } = [];
}
