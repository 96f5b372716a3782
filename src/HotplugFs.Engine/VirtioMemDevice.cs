namespace HotplugFs.Engine;

/// <summary>A virtio-mem device: memory whose size the hypervisor changes.</summary>
/// <param name="Id">The user's name for it.</param>
/// <param name="Node">The node of its blocks.</param>
/// <param name="First">The first block of its region.</param>
/// <param name="MaxBlocks">The size of its region in blocks.</param>
public sealed record VirtioMemDevice(string Id, NumaNode Node, BlockId First, int MaxBlocks)
{
    /// <summary>Number of blocks that are plugged now, from <see cref="First"/> on.</summary>
    public int Blocks { get; internal set; }
}
