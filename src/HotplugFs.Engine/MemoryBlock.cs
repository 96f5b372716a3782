using HotplugFs.Engine.Memory;

namespace HotplugFs.Engine;

/// <summary>A block as it is at one moment (struct memory_block).</summary>
public readonly record struct MemoryBlock
{
    internal MemoryBlock(BlockId id, in BlockRecord record, NumaNode node, PfnRange pages, bool endsInHole)
    {
        Id = id;
        Node = node;
        Pages = pages;
        EndsInHole = endsInHole;
        Zones = record.Zones;
        State = record.State;
        Remembered = record.Remembered;
        Dimm = record.Dimm;
        HolePages = record.HolePages;
        Generation = record.Generation;
        DeviceOnline = (record.Flags & BlockFlags.DeviceOnline) != 0;
        HasKernelPages = (record.Flags & BlockFlags.KernelPages) != 0;
        IsBoot = (record.Flags & BlockFlags.Boot) != 0;
    }

    /// <summary>Its number.</summary>
    public BlockId Id { get; }

    /// <summary>The node that it lies on.</summary>
    public NumaNode Node { get; }

    /// <summary>Its pages.</summary>
    public PfnRange Pages { get; }

    /// <summary>The zone that its pages remember; several for a boot block that straddles a boundary.</summary>
    public ZoneSet Zones { get; }

    /// <summary>What the file <c>state</c> shows.</summary>
    public MemoryBlockState State { get; }

    /// <summary>The request that the next online by the device layer will use (legacy.md 5).</summary>
    public OnlineType Remembered { get; }

    /// <summary>Index of its dimm, or -1.</summary>
    public int Dimm { get; }

    /// <summary>Pages of it that are not RAM.</summary>
    public int HolePages { get; }

    /// <summary>Its last page is not RAM.</summary>
    public bool EndsInHole { get; }

    /// <summary>How many blocks of this number there have been.</summary>
    public uint Generation { get; }

    /// <summary>What the file <c>online</c> shows; differs from the state after auto-online in 4.9.</summary>
    public bool DeviceOnline { get; }

    /// <summary>True if it holds kernel pages that cannot be moved.</summary>
    public bool HasKernelPages { get; }

    /// <summary>True if it was there at boot.</summary>
    public bool IsBoot { get; }
}
