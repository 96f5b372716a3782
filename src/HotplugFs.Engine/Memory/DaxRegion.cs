namespace HotplugFs.Engine.Memory;

/// <summary>Memory that is divided among devices of the dax bus (struct dax_region).</summary>
public sealed class DaxRegion
{
    /// <summary>What the region and, at first, the sizes of its devices are multiples of.</summary>
    public const long Align = 2L << 20;

    /// <summary>The most ranges that a device can have. The kernel has no limit.</summary>
    public const int RangesMax = 8;

    internal DaxRegion(int number, NumaNode node, NumaNode nearest, AddressRange memory) =>
        (Number, Node, NearestNode, Memory) = (number, node, nearest, memory);

    /// <summary>The N of <c>hmem.N</c> and <c>daxN.Y</c>.</summary>
    public int Number { get; }

    /// <summary>The node to which driver kmem adds the memory (<c>target_node</c>).</summary>
    public NumaNode Node { get; }

    /// <summary>The nearest node that was online at boot (<c>numa_node</c>).</summary>
    public NumaNode NearestNode { get; }

    /// <summary>The physical addresses that its devices share.</summary>
    public AddressRange Memory { get; }

    /// <summary>Its devices, in the order of creation.</summary>
    public IReadOnlyList<DaxDevice> Devices => All;

    /// <summary>The first device that was created while there was no such device (file <c>seed</c>).</summary>
    public DaxDevice? Seed { get; internal set; }

    /// <summary>The device that was created last, unless it was deleted (file <c>create</c>).</summary>
    public DaxDevice? Youngest { get; internal set; }

    /// <summary>The name of the only driver that may take the region's device, or null. It has no effect while a driver has the device.</summary>
    public string? DriverOverride { get; set; }

    /// <summary>The memory that no device has, in bytes.</summary>
    public long AvailableBytes
    {
        get
        {
            var size = Memory.Size;
            foreach (var device in All)
                size -= device.SizeBytes;
            return size;
        }
    }

    internal List<DaxDevice> All { get; } = [];

    /// <summary>True if no device has memory of a range within the region.</summary>
    internal bool IsFree(AddressRange range)
    {
        if (range.Start < Memory.Start || range.End > Memory.End)
            return false;
        foreach (var device in All)
            foreach (var taken in device.Ranges)
                if (taken.Intersects(range))
                    return false;
        return true;
    }

    /// <summary>Returns the lowest free range, at most as large as asked for.</summary>
    internal AddressRange LowestFree(long size)
    {
        var start = Memory.Start;
        while (true)
        {
            AddressRange? next = null;
            foreach (var device in All)
                foreach (var taken in device.Ranges)
                    if (taken.End > start && (next is null || taken.Start < next.Value.Start))
                        next = taken;
            var end = next?.Start ?? Memory.End;
            if (end > start)
                return new AddressRange(start, Math.Min(size, end - start));
            start = next!.Value.End;
        }
    }

    /// <summary>Returns the lowest number that no device has.</summary>
    internal int FreeNumber()
    {
        var number = 0;
        while (All.Exists(device => device.Number == number))
            number++;
        return number;
    }
}
