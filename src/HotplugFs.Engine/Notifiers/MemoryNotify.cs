using HotplugFs.Engine.Memory;

namespace HotplugFs.Engine.Notifiers;

/// <summary>What the memory notifier chain is told (MEM_*).</summary>
public enum MemoryAction
{
    /// <summary>A block is about to come online; an error stops it.</summary>
    GoingOnline,

    /// <summary>The block did not come online after all.</summary>
    CancelOnline,

    /// <summary>The block is online.</summary>
    Online,

    /// <summary>A block is about to go offline; an error stops it.</summary>
    GoingOffline,

    /// <summary>The block did not go offline after all.</summary>
    CancelOffline,

    /// <summary>The block is offline.</summary>
    Offline,
}

/// <summary>The argument of a notification (struct memory_notify).</summary>
/// <param name="Pages">The pages concerned.</param>
/// <param name="StatusChangeNode">The node whose membership in the nodes with memory will change, or -1.</param>
/// <param name="StatusChangeNodeNormal">The node whose membership in the nodes with normal memory will change, or -1.</param>
/// <param name="StatusChangeNodeHigh">The node whose membership in the nodes with normal or high memory will change, or -1.</param>
public readonly record struct MemoryNotify(PfnRange Pages, int StatusChangeNode, int StatusChangeNodeNormal, int StatusChangeNodeHigh);
