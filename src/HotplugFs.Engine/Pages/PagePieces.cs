namespace HotplugFs.Engine.Pages;

/// <summary>
/// Takes pieces, which are pageblocks, out of online blocks for a virtio-mem device, and gives them back (alloc_contig_range).
/// Source: docs/kernels.md, "virtio-mem".
/// </summary>
internal sealed class PagePieces(PageAllocator allocator, TransparentHugePages transparent, PhysicalMemory memory)
{
    /// <summary>
    /// Takes pieces out of a block: all at once if so many are asked for, else or if that fails single ones from the highest down. Pages in
    /// use are moved on their node, and to other nodes only without room there. A piece with a page that cannot be moved is passed over.
    /// </summary>
    /// <param name="block">An online block of one zone.</param>
    /// <param name="isForced">True to move the pages that cannot be moved, too.</param>
    /// <returns>How many pieces were taken, at most <paramref name="count"/>.</returns>
    public int Take(in MemoryBlock block, int count, bool isForced)
    {
        int[] pieces = [.. allocator.Map(block.Id).ManagedPageblocks()];
        if (count >= pieces.Length && TryTake(block, pieces, isForced))
            return pieces.Length;
        var taken = 0;
        for (var i = 0; i < pieces.Length && taken < count; i++)
            taken += TryTake(block, [pieces[i]], isForced) ? 1 : 0;
        return taken;
    }

    /// <summary>Gives pieces back to a block.</summary>
    /// <param name="count">At most as many as the block lacks.</param>
    public void Give(in MemoryBlock block, int count)
    {
        var pages = (long)count * memory.PagesPerPageblock;
        // Without a map, the pages of the block are those that its device does not lack.
        if (allocator.Maps.TryGetValue(block.Id.Number, out var map))
            map.Manage(pages, allocator.Range(PlaceOf(block)));
        block.Node.Zone(block.Zones.Lowest).ManagedPages += pages;
    }

    /// <summary>Takes all of these pieces or none. What was moved is not moved back.</summary>
    private bool TryTake(in MemoryBlock block, int[] pieces, bool isForced)
    {
        var (place, map) = (PlaceOf(block), allocator.Map(block.Id));
        if (!isForced && pieces.Any(piece => OwnersIn(map, piece).Any(each => !each.Owner.Kind.IsMovable())))
            return false;
        var isolated = pieces.Sum(piece => (long)map.Unmanage(null, memory.PagesPerPageblock, RangeOf(piece)));
        place.Zone.Usage.Isolated += isolated;
        var isEmpty = true;
        foreach (var piece in pieces)
        {
            foreach (var (owner, pages) in OwnersIn(map, piece).ToArray())
            {
                var (found, holder) = (Move(place, owner, pages, isForced), owner);
                if (found < pages && owner.SinglePages > 0)
                {
                    holder = transparent.Divide(place, owner, pages, RangeOf(piece));
                    found = Move(place, holder, pages, isForced);
                }
                var moved = map.Unmanage(holder.Number, found, RangeOf(piece));
                allocator.Count(place, holder, -moved);
                place.Zone.Usage.Isolated += moved;
                isolated += moved;
                isEmpty &= moved == pages;
            }
        }
        place.Zone.Usage.Isolated -= isolated;
        if (isEmpty)
            place.Zone.ManagedPages -= isolated;
        foreach (var piece in isEmpty ? [] : pieces)
            map.Manage(memory.PagesPerPageblock, RangeOf(piece));
        return isEmpty;
    }

    /// <summary>Allocates the pages elsewhere.</summary>
    /// <returns>How many pages have a place.</returns>
    private long Move(PagePlace place, PageOwner owner, int pages, bool isForced)
    {
        // A huge page that is larger than a piece stays where it is.
        if (owner.PagesPerUnit > pages)
            return 0;
        var isForKernel = place.Zone.IsKernelZone || owner.Kind == PageKind.Kernel;
        var highest = isForKernel ? memory.ZoneBelowMovable : ZoneType.Movable;
        var depth = isForced ? AllocationDepth.All : AllocationDepth.Min;
        var found = allocator.Allocate(owner, pages, allocator.ZoneList(place.Zone.Node, highest), highest, depth);
        return isForced ? pages : found;
    }

    private IEnumerable<(PageOwner Owner, int Pages)> OwnersIn(BlockPages map, int piece) => allocator.OwnersOf(map.Owners(RangeOf(piece)));

    private static (int From, int To) RangeOf(int piece) => (piece, piece + 1);

    private static PagePlace PlaceOf(in MemoryBlock block) => new(block.Id, block.Node.Zone(block.Zones.Lowest));
}
