namespace HotplugFs.Engine.Pages;

/// <summary>The free pages of zones as the buddy allocator lists them. Source: docs/kernels.md, "Free lists".</summary>
public sealed class FreeLists
{
    private readonly PhysicalMemory _memory;
    private readonly PageAllocator _allocator;

    internal FreeLists(PhysicalMemory memory, PageAllocator allocator) => (_memory, _allocator) = (memory, allocator);

    /// <summary>Number of orders: a free piece of order n has 2^n pages.</summary>
    public int Orders => _memory.MaxOrder + 1;

    /// <inheritdoc cref="PhysicalMemory.PageblockOrder"/>
    public int PageblockOrder => _memory.PageblockOrder;

    /// <summary>Adds the number of free pieces of each order.</summary>
    /// <param name="type">Only pieces in pageblocks of this type, or null for all.</param>
    public void Count(Zone zone, Span<long> orders, MigrateType? type = null)
    {
        var rest = zone.FreePages;
        foreach (var (block, map) in Maps(zone))
        {
            if (_memory[block].State != MemoryBlockState.Online)
                continue;
            map.AddFreeRuns(orders, Range(block, zone), type);
            rest -= FreeIn(map, block, zone);
        }
        // A pageblock that straddles a zone boundary is in the upper zone, which manages only a part of it.
        if (rest < 0)
            rest = Reduce(orders, rest);
        // The pages of blocks that were never used are movable and in pieces of the highest order.
        for (var order = Orders - 1; order >= 0 && type is null or MigrateType.Movable; order--)
        {
            orders[order] += rest >> order;
            rest &= (1L << order) - 1;
        }
    }

    /// <summary>Takes pages away from the smallest pieces.</summary>
    /// <returns>Number of pages that are left of a piece that was split.</returns>
    private long Reduce(Span<long> orders, long pages)
    {
        for (var order = 0; order < Orders; order++)
            pages += orders[order] << order;
        pages = Math.Max(pages, 0);
        for (var order = Orders - 1; order >= 0; order--)
        {
            orders[order] = Math.Min(orders[order], pages >> order);
            pages -= orders[order] << order;
        }
        return pages;
    }

    /// <summary>Returns the number of pageblocks of a type.</summary>
    public long Pageblocks(Zone zone, MigrateType type)
    {
        var touched = 0L;
        var unmovable = 0L;
        foreach (var (block, map) in Maps(zone))
        {
            var range = Range(block, zone);
            touched += range.To - range.From;
            unmovable += map.CountOfType(MigrateType.Unmovable, range);
        }
        var all = (zone.PresentPages + _memory.PagesPerPageblock - 1) >> _memory.PageblockOrder;
        return type == MigrateType.Unmovable ? unmovable : Math.Max(all, touched) - unmovable;
    }

    private (int From, int To) Range(BlockId block, Zone zone) => _allocator.Range(new PagePlace(block, zone));

    private long FreeIn(BlockPages map, BlockId block, Zone zone)
    {
        if (_memory[block].Zones.IsSingle)
            return map.FreePages;
        Span<long> orders = stackalloc long[PageSize.MaxOrderMax + 1];
        orders.Clear();
        map.AddFreeRuns(orders, Range(block, zone));
        var pages = 0L;
        for (var order = 0; order < Orders; order++)
            pages += orders[order] << order;
        return pages;
    }

    private IEnumerable<(BlockId Block, BlockPages Map)> Maps(Zone zone) =>
        _allocator.Maps.Where(map => zone.Blocks.Contains(map.Key)).Select(map => (new BlockId(map.Key), map.Value));
}
