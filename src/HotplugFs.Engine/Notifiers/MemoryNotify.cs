namespace HotplugFs.Engine.Notifiers;

/// <summary>The argument of a notification (struct memory_notify).</summary>
/// <param name="Pages">The pages concerned.</param>
/// <param name="StatusChangeNode">The node that joins or leaves the nodes with memory, or -1.</param>
/// <param name="StatusChangeNodeNormal">The node that joins or leaves the nodes with normal memory, or -1.</param>
/// <param name="StatusChangeNodeHigh">The node that joins or leaves the nodes with normal or high memory, or -1.</param>
public readonly record struct MemoryNotify(PfnRange Pages, int StatusChangeNode, int StatusChangeNodeNormal, int StatusChangeNodeHigh);
