namespace HotplugFs.Engine.Memory;

/// <summary>What the machine knows of one block; 16 bytes, because a 64 TiB machine has 524,288 of them.</summary>
internal struct BlockRecord
{
    /// <summary>Number of times a block of this number has been added.</summary>
    public uint Generation;

    /// <summary>Index of the dimm it is part of, or -1 for boot memory and probed blocks.</summary>
    public int Dimm;

    /// <summary>Pages of it that are not RAM.</summary>
    public ushort HolePages;

    public ushort Node;
    public ZoneSet Zones;
    public MemoryBlockState State;

    /// <summary>The request remembered for the next online by the device layer (legacy.md 5).</summary>
    public OnlineType Remembered;

    public BlockFlags Flags;
}

/// <summary>Yes-or-no facts of a block.</summary>
[Flags]
internal enum BlockFlags : byte
{
    None = 0,
    Present = 1,

    /// <summary>The device layer's own idea of being online, what the file <c>online</c> shows.</summary>
    DeviceOnline = 2,

    /// <summary>Holds pages of the kernel that cannot be moved: offline gives EBUSY.</summary>
    KernelPages = 4,

    /// <summary>Was there at boot.</summary>
    Boot = 8,
}

/// <summary>All blocks by number, in pages of 1,024 that exist only where there are blocks or have been some.</summary>
internal sealed class BlockTable
{
    private const int PageBits = 10;
    private BlockRecord[]?[] _pages = [];

    /// <summary>The numbers of the blocks that are present.</summary>
    public BlockSet Present { get; } = new();

    /// <summary>The record of a block that is present.</summary>
    /// <exception cref="InvalidOperationException">There is no such block.</exception>
    public ref BlockRecord this[BlockId id]
    {
        get
        {
            if (!Present.Contains(id.Number))
                throw new InvalidOperationException($"{id} is not present");
            return ref _pages[id.Number >> PageBits]![id.Number & ((1 << PageBits) - 1)];
        }
    }

    /// <summary>Makes a block present, in a new generation.</summary>
    /// <exception cref="InvalidOperationException">It is present already.</exception>
    public ref BlockRecord Add(BlockId id)
    {
        if (!Present.Add(id.Number))
            throw new InvalidOperationException($"{id} is present already");
        var page = id.Number >> PageBits;
        if (page >= _pages.Length)
            Array.Resize(ref _pages, Math.Max(page + 1, _pages.Length * 2));
        ref var record = ref (_pages[page] ??= NewPage())[id.Number & ((1 << PageBits) - 1)];
        record = new BlockRecord { Generation = record.Generation + 1, Dimm = -1, Flags = BlockFlags.Present };
        return ref record;
    }

    /// <summary>Pages live as long as the machine: where nothing is moved, starting a large machine does not copy them again and again.</summary>
    private static BlockRecord[] NewPage() => GC.AllocateArray<BlockRecord>(1 << PageBits, pinned: true);

    /// <summary>Takes a block away; its generation stays known.</summary>
    public void Remove(BlockId id)
    {
        this[id].Flags = BlockFlags.None;
        Present.Remove(id.Number);
    }
}
