namespace HotplugFs.Engine.Memory;

/// <summary>The state of a block: 16 bytes, because a 64 TiB machine has 524,288 of them.</summary>
internal struct BlockRecord
{
    /// <summary>How often a block with this number has been added.</summary>
    public uint Generation;

    /// <summary>Index of the block's DIMM, or -1 for boot memory, probed blocks and virtio-mem.</summary>
    public int Dimm;

    /// <summary>Number of pages that are not RAM.</summary>
    public ushort HolePages;

    public ushort Node;
    public ZoneSet Zones;
    public MemoryBlockState State;

    /// <summary>The request of the device's next online (docs/kernels.md, "The remembered request").</summary>
    public OnlineType Remembered;

    public BlockFlags Flags;
}

/// <summary>Properties of a block.</summary>
[Flags]
internal enum BlockFlags : byte
{
    None = 0,

    /// <summary>The device is online, which the file <c>online</c> shows.</summary>
    DeviceOnline = 1,

    /// <summary>The block holds kernel pages that cannot be moved: offlining fails with EBUSY.</summary>
    KernelPages = 2,

    /// <summary>The block is boot memory.</summary>
    Boot = 4,
}
