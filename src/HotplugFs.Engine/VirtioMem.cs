using HotplugFs.Engine.Memory;

namespace HotplugFs.Engine;

/// <summary>A virtio-mem device: memory whose size the hypervisor changes.</summary>
/// <param name="Id">The name it was given.</param>
/// <param name="Node">Where it is.</param>
/// <param name="First">The first block of its region.</param>
/// <param name="MaxBlocks">Blocks that its region has room for.</param>
public sealed record VirtioMem(string Id, NumaNode Node, BlockId First, int MaxBlocks)
{
    /// <summary>How many blocks are there now, from the first on.</summary>
    public int Blocks { get; internal set; }
}
