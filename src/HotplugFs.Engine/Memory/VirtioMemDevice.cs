namespace HotplugFs.Engine.Memory;

/// <summary>
/// A virtio-mem device: memory whose size the hypervisor changes in sub-blocks of a pageblock. A block of which at least one sub-block is plugged
/// is present as a whole; its other sub-blocks are not managed. Source: docs/kernels.md, "virtio-mem".
/// </summary>
/// <param name="Index">Number in the order of plugging.</param>
/// <param name="Id">The user's name for it.</param>
/// <param name="Node">The node of its blocks.</param>
/// <param name="First">The first block of its region.</param>
/// <param name="MaxBlocks">The size of its region in blocks.</param>
/// <param name="BlockSizeBytes">Bytes in a memory block.</param>
/// <param name="PageSizeBytes">Bytes in a page.</param>
public sealed record VirtioMemDevice(int Index, string Id, NumaNode Node, BlockId First, int MaxBlocks, long BlockSizeBytes, int PageSizeBytes)
    : MemoryDevice(Index, Id, Node, First)
{
    /// <summary>The plugged bytes of the blocks that are plugged in part, by number.</summary>
    private readonly SortedDictionary<int, long> _partial = [];

    /// <summary>Number of bytes that are plugged now.</summary>
    public long PluggedBytes { get; private set; }

    /// <summary>Number of bytes that the host requested last.</summary>
    public long RequestedBytes { get; internal set; }

    /// <summary>When the driver tries again to reach the requested size, and how long it waits for that; null if it has reached it.</summary>
    internal (TimeSpan Due, TimeSpan Delay)? Retry { get; set; }

    /// <summary>Number of bytes that can be plugged.</summary>
    public long MaxBytes => MaxBlocks * BlockSizeBytes;

    /// <summary>The blocks that are present.</summary>
    public BlockSet Blocks { get; } = new();

    /// <inheritdoc/>
    public override int KernelBlocks => Kernel.Count;

    /// <inheritdoc/>
    public override int MovableBlocks => Movable.Count;

    /// <summary>A number below which no block of the region is absent.</summary>
    internal int LowestAbsent { get; private set; } = First.Number;

    /// <summary>The blocks that are offline.</summary>
    internal BlockSet Offline { get; } = new();

    /// <summary>The blocks that are online in zone Movable.</summary>
    internal BlockSet Movable { get; } = new();

    /// <summary>The blocks that are online in another zone.</summary>
    internal BlockSet Kernel { get; } = new();

    /// <summary>The numbers of the blocks that are plugged in part, ascending.</summary>
    internal IReadOnlyCollection<int> Partial => _partial.Keys;

    /// <summary>Returns how many bytes of a block that is present are plugged.</summary>
    public long PluggedBytesOf(BlockId block) => _partial.GetValueOrDefault(block.Number, BlockSizeBytes);

    /// <summary>Registers an offline block that is added.</summary>
    /// <param name="plugged">Number of bytes of it that are plugged already.</param>
    internal void Add(BlockId block, long plugged = 0)
    {
        Blocks.Add(block.Number);
        Offline.Add(block.Number);
        _partial.Add(block.Number, 0);
        ChangePlugged(block, plugged);
        if (block.Number == LowestAbsent)
            LowestAbsent++;
    }

    /// <summary>Passes what is plugged through a stream.</summary>
    internal void Transfer(StateStream state)
    {
        PluggedBytes = state.Number(PluggedBytes);
        RequestedBytes = state.Number(RequestedBytes);
        LowestAbsent = state.Number(LowestAbsent);
        if (state.Flag(Retry is not null))
            Retry = (state.Time(Retry?.Due ?? default), state.Time(Retry?.Delay ?? default));
        foreach (var set in (ReadOnlySpan<BlockSet>)[Blocks, Offline, Movable, Kernel])
            set.Transfer(state);
        var partial = state.List(_partial, each => new KeyValuePair<int, long>(state.Number(each.Key), state.Number(each.Value)));
        foreach (var (block, bytes) in state.IsReading ? partial : [])
            _partial.Add(block, bytes);
    }

    /// <summary>Forgets a block that is removed, which is offline and has nothing plugged.</summary>
    internal void Remove(BlockId block)
    {
        Blocks.Remove(block.Number);
        Offline.Remove(block.Number);
        _partial.Remove(block.Number);
        LowestAbsent = Math.Min(LowestAbsent, block.Number);
    }

    /// <summary>Plugs more of a block, or unplugs with a negative change.</summary>
    internal void ChangePlugged(BlockId block, long bytes)
    {
        var plugged = PluggedBytesOf(block) + bytes;
        PluggedBytes += bytes;
        if (plugged == BlockSizeBytes)
            _partial.Remove(block.Number);
        else
            _partial[block.Number] = plugged;
    }

    internal override void CountOnline(BlockId block, Zone zone, int change)
    {
        var online = zone.IsKernelZone ? Kernel : Movable;
        var (from, to) = change > 0 ? (Offline, online) : (online, Offline);
        from.Remove(block.Number);
        to.Add(block.Number);
    }

    internal override long UnmanagedPages(BlockId block) => (BlockSizeBytes - PluggedBytesOf(block)) / PageSizeBytes;
}
