namespace HotplugFs.Engine.Memory;

/// <summary>The state of a block: 16 bytes, because a 64 TiB machine has 524,288 of them.</summary>
internal struct BlockRecord
{
    /// <summary>How often a block with this number has been added.</summary>
    public uint Generation;

    /// <summary>
    /// Index of the block's device: a DIMM, unless <see cref="BlockFlags.VirtioMem"/> or <see cref="BlockFlags.Dax"/> is set; -1 for boot
    /// memory and probed blocks.
    /// </summary>
    public int Device;

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

    /// <summary>The block belongs to a virtio-mem device.</summary>
    VirtioMem = 8,

    /// <summary>Some pages of the block are not RAM; <see cref="PhysicalMemory.HolePages"/> has their number.</summary>
    Holes = 16,

    /// <summary>The block belongs to a device of the dax bus.</summary>
    Dax = 32,
}
