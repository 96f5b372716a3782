namespace HotplugFs.Engine.Memory;

/// <summary>A block as it is at one moment (struct memory_block).</summary>
public readonly record struct MemoryBlock
{
    internal MemoryBlock(BlockId id, in BlockRecord record, NumaNode node, PfnRange pages, int holePages, bool endsInHole)
    {
        Id = id;
        Node = node;
        Pages = pages;
        EndsInHole = endsInHole;
        Zones = record.Zones;
        State = record.State;
        Remembered = record.Remembered;
        DimmIndex = (record.Flags & (BlockFlags.VirtioMem | BlockFlags.Dax)) == 0 ? record.Device : -1;
        VirtioMemIndex = (record.Flags & BlockFlags.VirtioMem) != 0 ? record.Device : -1;
        DaxIndex = (record.Flags & BlockFlags.Dax) != 0 ? record.Device : -1;
        HolePages = holePages;
        Generation = record.Generation;
        DeviceOnline = (record.Flags & BlockFlags.DeviceOnline) != 0;
        HasKernelPages = (record.Flags & BlockFlags.KernelPages) != 0;
        IsBoot = (record.Flags & BlockFlags.Boot) != 0;
    }

    /// <summary>The block's number.</summary>
    public BlockId Id { get; }

    /// <summary>The node that the block belongs to.</summary>
    public NumaNode Node { get; }

    /// <summary>The page frame numbers that the block covers.</summary>
    public PfnRange Pages { get; }

    /// <summary>The zone that the block's pages remember; several for a boot block that straddles a zone boundary.</summary>
    public ZoneSet Zones { get; }

    /// <summary>The state that the file <c>state</c> shows.</summary>
    public MemoryBlockState State { get; }

    /// <summary>The request of the device's next online (docs/kernels.md, "The remembered request").</summary>
    public OnlineType Remembered { get; }

    /// <summary>Index of the block's DIMM in <see cref="DimmSlots"/>, or -1.</summary>
    public int DimmIndex { get; }

    /// <summary>Index of the block's virtio-mem device, or -1.</summary>
    public int VirtioMemIndex { get; }

    /// <summary>Index of the blocks of a dax device that the block belongs to, or -1.</summary>
    public int DaxIndex { get; }

    /// <summary>Number of the block's pages that are not RAM.</summary>
    public int HolePages { get; }

    /// <summary>True if the block's last page is not RAM.</summary>
    public bool EndsInHole { get; }

    /// <summary>How often a block with this number has been added, at least 1.</summary>
    public uint Generation { get; }

    /// <summary>The value that the file <c>online</c> shows; after auto-online in 4.9 it differs from the state.</summary>
    public bool DeviceOnline { get; }

    /// <summary>True if the block holds kernel pages, which cannot be moved.</summary>
    public bool HasKernelPages { get; }

    /// <summary>True if the block is boot memory.</summary>
    public bool IsBoot { get; }
}
