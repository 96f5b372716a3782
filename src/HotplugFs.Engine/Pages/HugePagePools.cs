namespace HotplugFs.Engine.Pages;

/// <summary>The pools of huge pages of 2 MiB, one for each node (mm/hugetlb.c). Source: docs/kernels.md, "Huge pages".</summary>
public sealed class HugePagePools
{
    private readonly PageAllocator _allocator;
    private readonly Dictionary<int, PageOwner> _free = [];

    internal HugePagePools(PageAllocator allocator) => _allocator = allocator;

    /// <summary>Number of huge pages of a node, in use or not (<c>nr_hugepages</c>).</summary>
    public long Total(NumaNode node) => Free(node) + Count(node, PageKind.Hugetlb);

    /// <summary>Number of huge pages of a node that no program uses (<c>free_hugepages</c>).</summary>
    public long Free(NumaNode node) => Count(node, PageKind.HugetlbFree);

    /// <summary>
    /// Sets the number of huge pages of a node. More than the node's free memory has pieces for, or fewer than are in use, is not an
    /// error: the number is then as near as possible.
    /// </summary>
    public void Resize(NumaNode node, long count)
    {
        var more = count - Total(node);
        var pool = PoolOf(node);
        if (more < 0)
            _allocator.Free(pool, Math.Min(-more, Free(node)) * BlockPages.PagesPerPageblock);
        else if (more > 0)
        {
            var zones = PageAllocator.ZonesOf(node, ZoneType.Movable);
            _allocator.Allocate(pool, more * BlockPages.PagesPerPageblock, zones, ZoneType.Movable, AllocationDepth.Min);
        }
    }

    /// <summary>Where the huge pages of a node are that no program uses.</summary>
    public IEnumerable<PagesInBlock> FreePlaces(NumaNode node) => _free.TryGetValue(node.Number, out var pool) ? pool.PagesInBlocks : [];

    /// <summary>Puts pages at known places into the pool of a node.</summary>
    /// <returns>Success, or ENOMEM if they are not all free.</returns>
    internal Result Restore(NumaNode node, IEnumerable<PagesInBlock> places) => _allocator.Restore(PoolOf(node), places);

    /// <summary>Lets a program use huge pages of a pool: of the node first, then of the others.</summary>
    /// <returns>The number of pages that it got, at most <paramref name="pages"/>.</returns>
    internal long Take(PageOwner user, long pages, NumaNode node) => TakeFrom(user, pages, _allocator.OtherNodes(node).Prepend(node));

    private long TakeFrom(PageOwner user, long pages, IEnumerable<NumaNode> nodes)
    {
        var found = 0L;
        foreach (var each in nodes)
        {
            var some = Math.Min(pages - found, PoolOf(each).Pages);
            _allocator.HandOver(PoolOf(each), user, some);
            found += some;
        }
        return found;
    }

    /// <summary>Gives huge pages back to the pools of their nodes, those that were got last first.</summary>
    internal void Return(PageOwner user, long pages)
    {
        while (pages > 0)
        {
            var (place, count) = user.Places[^1];
            var some = Math.Min(pages, count);
            _allocator.HandOverAt(place, user, PoolOf(place.Zone.Node), some);
            pages -= some;
        }
    }

    /// <summary>Lets a program use free huge pages of the nodes other than this one.</summary>
    /// <returns>The number of pages that it got, at most <paramref name="pages"/>.</returns>
    internal long TakeFromOthers(PageOwner user, long pages, NumaNode node) => TakeFrom(user, pages, _allocator.OtherNodes(node));

    private static long Count(NumaNode node, PageKind kind)
    {
        var pages = 0L;
        for (var i = 0; i < node.Zones.Count; i++)
            pages += node.Zones[i].Usage[kind];
        return pages / BlockPages.PagesPerPageblock;
    }

    private PageOwner PoolOf(NumaNode node)
    {
        if (!_free.TryGetValue(node.Number, out var pool))
            _free.Add(node.Number, pool = _allocator.AddOwner(PageKind.HugetlbFree));
        return pool;
    }
}
