namespace HotplugFs.Engine.Pages;

/// <summary>
/// Gathers the free pages of zones: movable pages move from the lowest pageblocks to free pages of the highest ones that are partly used
/// (mm/compaction.c). Source: docs/kernels.md, "Compaction".
/// </summary>
public sealed class Compaction
{
    private readonly PhysicalMemory _memory;
    private readonly PageAllocator _allocator;

    internal Compaction(PhysicalMemory memory, PageAllocator allocator) => (_memory, _allocator) = (memory, allocator);

    /// <summary>Compacts all zones of a node.</summary>
    public void Run(NumaNode node)
    {
        foreach (var zone in node.Zones)
            Run(zone);
    }

    /// <summary>Compacts a zone until the pageblocks to empty meet those to fill.</summary>
    private void Run(Zone zone)
    {
        // Blocks without a map are free, and pageblocks that are free stay so.
        var pageblocks = _allocator.Maps.Where(map => zone.Blocks.Contains(map.Key)).OrderBy(map => map.Key)
            .SelectMany(map => Pageblocks(new PagePlace(new BlockId(map.Key), zone), map.Value))
            .ToArray();
        var (low, high) = (0, pageblocks.Length - 1);
        while (low < high)
        {
            var (from, to) = (pageblocks[low], pageblocks[high]);
            if (!to.Map.CanBeFilled(to.Index))
                high--;
            else if (!MoveSome(from, to))
                low++;
        }
    }

    private IEnumerable<(PagePlace Place, BlockPages Map, int Index)> Pageblocks(PagePlace place, BlockPages map)
    {
        var (from, end) = _allocator.Range(place);
        var isOnline = _memory[place.Block].State == MemoryBlockState.Online;
        return Enumerable.Range(from, isOnline ? end - from : 0).Select(index => (place, map, index));
    }

    /// <summary>Moves pages of one owner.</summary>
    /// <returns>False if the pageblock has no pages that can be moved.</returns>
    private bool MoveSome((PagePlace Place, BlockPages Map, int Index) from, (PagePlace Place, BlockPages Map, int Index) to)
    {
        foreach (var (number, pages) in from.Map.Owners((from.Index, from.Index + 1)))
        {
            var owner = _allocator.Owner(number);
            if (!owner.Kind.IsMovable() || owner.PagesPerUnit > 1)
                continue;
            var moved = _allocator.TakeAt(to.Place, owner, pages, (to.Index, to.Index + 1));
            _allocator.FreeAt(from.Place, owner, moved, (from.Index, from.Index + 1));
            _memory.MigratedPages += moved;
            return true;
        }
        return false;
    }
}
