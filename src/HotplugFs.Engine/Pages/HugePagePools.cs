using HotplugFs.Engine.Policies;

namespace HotplugFs.Engine.Pages;

/// <summary>The pools of huge pages of 2 MiB, one for each node (mm/hugetlb.c). Source: docs/kernels.md, "Huge pages".</summary>
public sealed class HugePagePools
{
    private readonly PhysicalMemory _memory;
    private readonly PageAllocator _allocator;
    private readonly PageRules _rules;
    private readonly Compaction _compaction;
    private readonly Dictionary<int, PageOwner> _free = [];
    private readonly Dictionary<int, long> _surplus = [];

    internal HugePagePools(PhysicalMemory memory, PageAllocator allocator, Compaction compaction, PageRules rules) =>
        (_memory, _allocator, _compaction, _rules) = (memory, allocator, compaction, rules);

    /// <summary>Number of huge pages of the machine, in use or not.</summary>
    public long All => _memory.PossibleNodes.Sum(Total);

    /// <summary>Number of huge pages of the machine that leave their pools with their programs.</summary>
    public long AllSurplus => _surplus.Values.Sum() / BlockPages.PagesPerPageblock;

    /// <summary>Number of huge pages of the machine that no program uses.</summary>
    public long AllFree => _memory.PossibleNodes.Sum(Free);

    /// <summary>Number of huge pages that were made or not since boot (<c>htlb_buddy_alloc_success</c>, <c>htlb_buddy_alloc_fail</c>).</summary>
    public (long Made, long Failed) Allocations { get; private set; }

    /// <summary>The value of <c>/proc/sys/vm/nr_overcommit_hugepages</c>: how many surplus huge pages the machine may have.</summary>
    public long Overcommit { get; set; }

    /// <summary>
    /// The value of <c>/proc/sys/vm/hugepages_treat_as_movable</c>: new huge pages are in zone Movable, too, where the kernel does not move
    /// them.
    /// </summary>
    public bool TreatAsMovable { get; set; }

    /// <summary>Number of huge pages of a node that leave the pool with their program (<c>surplus_hugepages</c>).</summary>
    public long Surplus(NumaNode node) => _surplus.GetValueOrDefault(node.Number) / BlockPages.PagesPerPageblock;

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
        if (more < 0)
            FreeOn(node, Math.Min(-more, Free(node)) * BlockPages.PagesPerPageblock);
        else if (more > 0)
        {
            var made = Allocate(node, more);
            if (made < more)
            {
                _compaction.Run(node);
                made += Allocate(node, more - made);
            }
            // The kernel gives up at the first one that it cannot make.
            Allocations = (Allocations.Made + made, Allocations.Failed + (made < more ? 1 : 0));
        }
    }

    /// <summary>Frees huge pages of a node. Some may have come to it from another node's pool.</summary>
    private void FreeOn(NumaNode node, long pages)
    {
        foreach (var pool in _free.Values)
            foreach (var place in pool.Places.Select(place => place.Key).Where(place => place.Zone.Node == node).Reverse().ToArray())
                pages -= pages > 0 ? _allocator.FreeAt(place, pool, pages) : 0;
    }

    /// <summary>Where the huge pages of a node are that no program uses.</summary>
    public IEnumerable<PagesInBlock> FreePlaces(NumaNode node) => _free.TryGetValue(node.Number, out var pool) ? pool.PagesInBlocks : [];

    /// <summary>Puts pages at known places into the pool of a node.</summary>
    /// <returns>Success, or ENOMEM if they are not all free.</returns>
    internal Result Restore(NumaNode node, IEnumerable<PagesInBlock> places) => _allocator.Restore(PoolOf(node), places);

    /// <summary>
    /// Sets the number of huge pages of the machine. The nodes with memory take their turns; one that has no room or no free huge page is
    /// passed over.
    /// </summary>
    public void ResizeAll(long count)
    {
        var before = -1L;
        while (All is var all && all != count && all != before)
        {
            before = all;
            var nodes = _memory.PossibleNodes.Where(node => node.ManagedPages > 0).ToArray();
            for (var i = 0; i < nodes.Length && All != count; i++)
                Resize(nodes[i], Math.Max(Total(nodes[i]) + Share(count - All, nodes.Length - i), 0));
        }
    }

    /// <summary>Returns the part of the next of so many nodes, rounded away from 0.</summary>
    private static long Share(long change, int nodes) => (change + Math.Sign(change) * (nodes - 1)) / nodes;

    private long Allocate(NumaNode node, long count)
    {
        var zones = PageAllocator.ZonesOf(node, _rules.HugePagesAvoidMovable && !TreatAsMovable ? ZoneType.HighMem : ZoneType.Movable);
        return _allocator.Allocate(PoolOf(node), count * BlockPages.PagesPerPageblock, zones, ZoneType.Movable, AllocationDepth.Min)
            / BlockPages.PagesPerPageblock;
    }

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
            var surplus = _surplus.GetValueOrDefault(place.Zone.Node.Number);
            var some = Math.Min(pages, surplus > 0 ? Math.Min(count, surplus) : count);
            if (surplus > 0)
                _surplus[place.Zone.Node.Number] = surplus - _allocator.FreeAt(place, user, some);
            else
                _allocator.HandOverAt(place, user, PoolOf(place.Zone.Node), some);
            pages -= some;
        }
    }

    /// <summary>Lets a program use free huge pages of the nodes other than this one.</summary>
    /// <returns>The number of pages that it got, at most <paramref name="pages"/>.</returns>
    internal long TakeFromOthers(PageOwner user, long pages, NumaNode node) => TakeFrom(user, pages, _allocator.OtherNodes(node));

    /// <summary>Makes surplus huge pages for a program on nodes other than this one, as many as <see cref="Overcommit"/> allows.</summary>
    /// <returns>The number of pages that it got, at most <paramref name="pages"/>.</returns>
    internal long TakeSurplus(PageOwner user, long pages, NumaNode node)
    {
        var found = 0L;
        foreach (var each in _allocator.OtherNodes(node))
        {
            var allowed = Math.Min(pages - found, Overcommit * BlockPages.PagesPerPageblock - _surplus.Values.Sum());
            if (allowed <= 0)
                break;
            var some = _allocator.Allocate(user, allowed, PageAllocator.ZonesOf(each, ZoneType.Movable), ZoneType.Movable, AllocationDepth.Min);
            _surplus[each.Number] = _surplus.GetValueOrDefault(each.Number) + some;
            found += some;
        }
        return found;
    }

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

    /// <summary>Passes the pools through a stream.</summary>
    internal void Transfer(StateStream state)
    {
        var free = state.List(_free, pool => new(state.Number(pool.Key), _allocator.TransferOwner(state, pool.Value)!));
        var surplus = state.List(_surplus, each => new(state.Number(each.Key), state.Number(each.Value)));
        Allocations = (state.Number(Allocations.Made), state.Number(Allocations.Failed));
        Overcommit = state.Number(Overcommit);
        TreatAsMovable = state.Flag(TreatAsMovable);
        _free.Replace(state, free);
        _surplus.Replace(state, surplus);
    }
}
