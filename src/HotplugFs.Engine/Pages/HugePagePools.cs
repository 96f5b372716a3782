using HotplugFs.Engine.Policies;

namespace HotplugFs.Engine.Pages;

/// <summary>The pools of huge pages of one size, one for each node (mm/hugetlb.c). Source: docs/kernels.md, "Huge pages".</summary>
public sealed class HugePagePools
{
    private readonly PhysicalMemory _memory;
    private readonly PageAllocator _allocator;
    private readonly PageRules _rules;
    private readonly Compaction _compaction;
    private readonly GiganticPages _gigantic;
    private readonly Dictionary<int, PageOwner> _free = [];
    private readonly Dictionary<int, long> _surplus = [];

    internal HugePagePools(
        PhysicalMemory memory, PageAllocator allocator, Compaction compaction, PageRules rules, GiganticPages gigantic, int sizeKiB)
    {
        (_memory, _allocator, _compaction, _rules, _gigantic) = (memory, allocator, compaction, rules, gigantic);
        (SizeKiB, PagesPerUnit) = (sizeKiB, (int)(((long)sizeKiB << 10) / memory.PageSizeBytes));
        (IsDefault, IsGigantic) = (sizeKiB == memory.HugePageKiB, PagesPerUnit > 1 << memory.MaxOrder);
    }

    /// <summary>The size of a huge page in KiB.</summary>
    public int SizeKiB { get; }

    /// <summary>Number of pages in a huge page.</summary>
    public int PagesPerUnit { get; }

    /// <summary>True for the default size of huge pages.</summary>
    public bool IsDefault { get; }

    /// <summary>
    /// True if a huge page is larger than the pieces of the buddy allocator: it is taken as a run of free memory, and none is made for pages
    /// that must move.
    /// </summary>
    public bool IsGigantic { get; }

    /// <summary>False if such huge pages can be reserved at boot only.</summary>
    public bool IsResizable => !IsGigantic || !_rules.GiganticPagesAtBootOnly;

    /// <summary>The size in KiB of the huge pages that <see cref="Demote"/> makes; 0 before it is set.</summary>
    public int DemoteSizeKiB { get; set; }

    /// <summary>Number of huge pages of the machine, in use or not.</summary>
    public long All => _memory.PossibleNodes.Sum(Total);

    /// <summary>Number of huge pages of the machine that leave their pools with their programs.</summary>
    public long AllSurplus => _surplus.Values.Sum() / PagesPerUnit;

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
    public long Surplus(NumaNode node) => _surplus.GetValueOrDefault(node.Number) / PagesPerUnit;

    /// <summary>Number of huge pages of a node, in use or not (<c>nr_hugepages</c>).</summary>
    public long Total(NumaNode node)
    {
        var (inUse, free) = Count(node);
        return (inUse + free) / PagesPerUnit;
    }

    /// <summary>Number of huge pages of a node that no program uses (<c>free_hugepages</c>).</summary>
    public long Free(NumaNode node) => Count(node).Free / PagesPerUnit;

    /// <summary>
    /// Sets the number of huge pages of a node. More than the node's free memory has pieces for, or fewer than are in use, is not an
    /// error: the number is then as near as possible.
    /// </summary>
    public void Resize(NumaNode node, long count)
    {
        var more = count - Total(node);
        if (more < 0)
            FreeOn(node, Math.Min(-more, Free(node)) * PagesPerUnit);
        else if (IsGigantic)
            _gigantic.Allocate(PoolOf(node), Pages(more), GiganticZones(node), isBoot: false);
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

    /// <summary>Fills the pool of a node at boot, before anything else has pages.</summary>
    internal void Reserve(NumaNode node, long count)
    {
        if (IsGigantic)
            _gigantic.Allocate(PoolOf(node), Pages(count), PageAllocator.ZonesOf(node, ZoneType.Movable), isBoot: true);
        else
            Resize(node, count);
    }

    /// <summary>Splits free huge pages of a node into some of another size (<c>demote</c>).</summary>
    /// <param name="count">How many; no more than are free.</param>
    /// <param name="smaller">The pools that get them.</param>
    /// <returns>How many were split.</returns>
    public long Demote(NumaNode node, long count, HugePagePools smaller)
    {
        var split = Math.Min(count, Free(node));
        var rest = split * PagesPerUnit;
        foreach (var (pool, place) in FreePlacesOn(node))
            rest -= rest > 0 ? _allocator.HandOverAt(place, pool, smaller.PoolOf(node), rest) : 0;
        return split;
    }

    /// <summary>The zones of a node for gigantic pages: since 5.1 they move only to pages that are reserved, so they are not in Movable.</summary>
    private IEnumerable<Zone> GiganticZones(NumaNode node) => _rules.GiganticPagesFromLowestZone
        ? node.Zones.Where(zone => zone.ManagedPages > 0)
        : PageAllocator.ZonesOf(node, _memory.ZoneBelowMovable);

    /// <summary>Number of pages in so many huge pages, but at most those of the machine.</summary>
    private long Pages(long count) => Math.Min(count, PhysicalMemory.AddressSpaceEnd / _memory.PageSizeBytes / PagesPerUnit) * PagesPerUnit;

    /// <summary>Frees huge pages of a node.</summary>
    private void FreeOn(NumaNode node, long pages)
    {
        foreach (var (pool, place) in FreePlacesOn(node))
            pages -= pages > 0 ? _allocator.FreeAt(place, pool, pages) : 0;
    }

    /// <summary>
    /// The places of free huge pages on a node, those that were got last first. Some may have come to it from another node's pool, which
    /// still has them.
    /// </summary>
    private (PageOwner Pool, PagePlace Place)[] FreePlacesOn(NumaNode node) =>
    [
        .. _free.Values.SelectMany(pool => pool.Places.Select(place => place.Key)
            .Where(place => place.Zone.Node == node).Reverse().Select(place => (pool, place))),
    ];

    /// <summary>Where the huge pages of a node are that no program uses.</summary>
    public IEnumerable<PagesInBlock> FreePlaces(NumaNode node) => _free.TryGetValue(node.Number, out var pool)
        ? pool.PagesInBlocks.Select(place => place with { HugePageKiB = IsDefault ? 0 : SizeKiB })
        : [];

    /// <summary>Puts pages at known places into the pool of a node.</summary>
    /// <returns>Success, or ENOMEM if they are not all free.</returns>
    internal Result Restore(NumaNode node, IEnumerable<PagesInBlock> places)
    {
        List<PagesInBlock> own = [.. places.Where(place => place.HugePageKiB == (IsDefault ? 0 : SizeKiB))];
        if (own.Count == 0)
            return Result.Ok;
        var restored = _allocator.Restore(PoolOf(node), own);
        return restored.IsOk && !_gigantic.AreWhole(PoolOf(node)) ? Errno.ENOMEM : restored;
    }

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
        return _allocator.Allocate(PoolOf(node), Pages(count), zones, ZoneType.Movable, AllocationDepth.Min) / PagesPerUnit;
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
            var allowed = Math.Min(pages - found, Overcommit * PagesPerUnit - _surplus.Values.Sum());
            if (allowed <= 0)
                break;
            var some = _allocator.Allocate(user, allowed, PageAllocator.ZonesOf(each, ZoneType.Movable), ZoneType.Movable, AllocationDepth.Min);
            _surplus[each.Number] = _surplus.GetValueOrDefault(each.Number) + some;
            found += some;
        }
        return found;
    }

    private (long InUse, long Free) Count(NumaNode node)
    {
        var (inUse, free) = (0L, 0L);
        for (var i = 0; i < node.Zones.Count; i++)
        {
            var (some, others) = node.Zones[i].Usage.Huge(PagesPerUnit);
            (inUse, free) = (inUse + some, free + others);
        }
        return (inUse, free);
    }

    private PageOwner PoolOf(NumaNode node)
    {
        if (!_free.TryGetValue(node.Number, out var pool))
            _free.Add(node.Number, pool = _allocator.AddOwner(PageKind.HugetlbFree, pagesPerUnit: PagesPerUnit));
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
        DemoteSizeKiB = state.Number(DemoteSizeKiB);
        _free.Replace(state, free);
        _surplus.Replace(state, surplus);
    }
}
