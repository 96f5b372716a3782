namespace HotplugFs.Engine.Memory;

/// <summary>A device of the dax bus: a part of the memory of a region, which a driver uses (struct dev_dax).</summary>
public sealed class DaxDevice
{
    private readonly List<AddressRange> _ranges = [];

    internal DaxDevice(DaxRegion region, int index, int number, int minor, uint generation) =>
        (Region, Index, Number, Minor, Generation, Align) = (region, index, number, minor, generation, DaxRegion.Align);

    /// <summary>The region of its memory.</summary>
    public DaxRegion Region { get; }

    /// <summary>Number in the order of creation; used again only if an older state of the machine is restored.</summary>
    public int Index { get; }

    /// <summary>The Y of daxX.Y, the lowest that was free.</summary>
    public int Number { get; }

    /// <summary>The minor number of the device file.</summary>
    public int Minor { get; }

    /// <summary>Which life of the device this is, if restoring a state has brought it back.</summary>
    public uint Generation { get; }

    /// <summary>The name: <c>dax0.0</c>.</summary>
    public string Name => NameOf(Region.Number, Number);

    /// <summary>The driver that it is bound to.</summary>
    public DaxDriver Driver { get; internal set; }

    /// <summary>What was requested for its memory, while driver kmem has it.</summary>
    public DaxMemoryState MemoryState { get; internal set; }

    /// <summary>What sizes are multiples of, in bytes: a page, 2 MiB or 1 GiB.</summary>
    public long Align { get; internal set; }

    /// <summary>True if the blocks of the device are to hold their own memory maps (file <c>memmap_on_memory</c>).</summary>
    public bool HoldsItsMemmap { get; internal set; }

    /// <summary>The ranges of its memory, in the order of the offsets at which a program sees them.</summary>
    public IReadOnlyList<AddressRange> Ranges => _ranges;

    /// <summary>The size of its memory.</summary>
    public long SizeBytes
    {
        get
        {
            var size = 0L;
            foreach (var range in _ranges)
                size += range.Size;
            return size;
        }
    }

    /// <summary>The physical address of its first byte; that of the region if it has no memory.</summary>
    public long Address => _ranges.Count > 0 ? _ranges[0].Start : Region.Memory.Start;

    /// <summary>The blocks that kmem added, one group for each range; they stay if they could not be removed.</summary>
    internal List<DaxMemory> Blocks { get; } = [];

    /// <summary>True after device_dax failed to get the memory: the page map of that attempt is in the way of all later ones.</summary>
    internal bool HasStalePageMap { get; set; }

    /// <summary>Where the device may be changed: its ranges.</summary>
    internal List<AddressRange> Parts => _ranges;

    internal static string NameOf(int region, int number) => $"dax{region}.{number}";

    /// <summary>Returns the offset of a range within the device, in pages.</summary>
    /// <param name="index">The number of the range.</param>
    public long PageOffsetOf(int index, int pageSizeBytes)
    {
        var offset = 0L;
        for (var i = 0; i < index; i++)
            offset += _ranges[i].Size;
        return offset / pageSizeBytes;
    }
}
