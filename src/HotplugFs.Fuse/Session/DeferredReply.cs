namespace HotplugFs.Fuse.Session;

/// <summary>The work that one request leaves to the notifier: invalidate caches, wake pollers, run an action, then reply.</summary>
internal sealed class DeferredReply
{
    internal List<TreeChange> Changes { get; } = [];

    /// <summary>The kernel's numbers of the pollers to wake.</summary>
    internal List<ulong> WakeUps { get; } = [];

    internal Action? PostCommitAction { get; init; }

    /// <summary>The whole reply; empty if it was sent already.</summary>
    internal byte[] Reply { get; init; } = [];
}
