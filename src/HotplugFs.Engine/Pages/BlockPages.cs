using System.Numerics;

namespace HotplugFs.Engine.Pages;

/// <summary>
/// The pages of one memory block that is or was in use: for each pageblock its type, and for each page the owner that uses it. It exists
/// only for blocks that were allocated from.
/// </summary>
/// <remarks>Owners are numbers from 1 on. A pageblock whose pages all have one owner, or are all free, needs no list of owners.</remarks>
internal sealed class BlockPages
{
    private const ushort Free = 0;

    /// <summary>The owner of pages that the allocator does not manage: holes, and page descriptors of the block itself.</summary>
    private const ushort Unmanaged = ushort.MaxValue;

    private readonly Pageblock[] _pageblocks;
    private readonly int _pageblockOrder;
    private readonly int _maxOrder;

    /// <summary>Number of pages in a pageblock.</summary>
    private readonly int _size;

    /// <summary>Makes the map of a block whose pages are all free.</summary>
    /// <param name="memory">The memory that the block belongs to.</param>
    /// <param name="unmanaged">The pages that the allocator does not manage.</param>
    public BlockPages(PhysicalMemory memory, IEnumerable<(int First, int Count)> unmanaged)
    {
        (_pageblockOrder, _maxOrder, _size) = (memory.PageblockOrder, memory.MaxOrder, memory.PagesPerPageblock);
        FreePages = (int)memory.PagesPerBlock;
        _pageblocks = new Pageblock[FreePages >> _pageblockOrder];
        for (var i = 0; i < _pageblocks.Length; i++)
            _pageblocks[i] = new Pageblock(_size);
        foreach (var (first, count) in unmanaged)
        {
            for (var page = first; page < first + count;)
            {
                var some = Math.Min(first + count - page, _size - PageIn(page));
                At(page).Fill(PageIn(page), some, Free, Unmanaged);
                page += some;
            }
            FreePages -= count;
        }
    }

    /// <summary>Number of pages that are not in use.</summary>
    public int FreePages { get; private set; }

    /// <summary>The pageblock of a page.</summary>
    private ref Pageblock At(int page) => ref _pageblocks[page >> _pageblockOrder];

    /// <summary>The number of a page in its pageblock.</summary>
    private int PageIn(int page) => page & (_size - 1);

    /// <summary>Takes free pages of pageblocks of a type, from the lowest on.</summary>
    /// <param name="owner">The new owner.</param>
    /// <param name="range">The pageblocks to look at.</param>
    /// <returns>How many pages were taken, at most <paramref name="count"/>.</returns>
    public int Take(ushort owner, long count, MigrateType type, (int From, int To) range)
    {
        var taken = 0;
        for (var i = range.From; i < range.To && taken < count && FreePages > 0; i++)
        {
            ref var pageblock = ref _pageblocks[i];
            if (pageblock.Type != type || pageblock.FreePages == 0)
                continue;
            var some = (int)Math.Min(count - taken, pageblock.FreePages);
            pageblock.Replace(Free, owner, some, descending: false);
            (taken, FreePages) = (taken + some, FreePages - some);
        }
        return taken;
    }

    /// <summary>Takes whole free huge pages, from the lowest on.</summary>
    /// <param name="owner">The new owner.</param>
    /// <param name="pages">Pages in a huge page, a power of two up to those of the block.</param>
    /// <param name="type">The type of the pageblocks; one that is larger than a pageblock takes any.</param>
    /// <param name="range">The pageblocks to look at.</param>
    /// <returns>How many pages were taken, at most <paramref name="count"/>.</returns>
    public int TakeHuge(ushort owner, long count, int pages, MigrateType type, (int From, int To) range)
    {
        var (taken, step) = (0, Math.Max(pages >> _pageblockOrder, 1));
        for (var i = (range.From + step - 1) / step * step; i + step <= range.To && count - taken >= pages && FreePages >= pages; i += step)
        {
            var some = pages <= _size ? TakeWithin(ref _pageblocks[i], owner, count - taken, pages, type) : TakeGroup(owner, i, step);
            (taken, FreePages) = (taken + some, FreePages - some);
        }
        return taken;
    }

    private int TakeWithin(ref Pageblock pageblock, ushort owner, long count, int pages, MigrateType type)
    {
        var taken = 0;
        for (var page = 0; page < _size && count - taken >= pages && pageblock.FreePages >= pages; page += pages)
        {
            if (pageblock.Type != type)
                break;
            if (pageblock.IsFree(page, pages))
                taken += pageblock.Fill(page, pages, Free, owner);
        }
        return taken;
    }

    /// <summary>Takes consecutive pageblocks if all of them are free.</summary>
    private int TakeGroup(ushort owner, int first, int count)
    {
        var group = _pageblocks.AsSpan(first, count);
        foreach (ref readonly var pageblock in group)
            if (pageblock.FreePages < _size)
                return 0;
        foreach (ref var pageblock in group)
            pageblock.Replace(Free, owner, _size, descending: false);
        return count << _pageblockOrder;
    }

    /// <summary>
    /// Gives free pageblocks another type, as the allocator does when it falls back to them: the lowest one, and all that are in the same
    /// free piece.
    /// </summary>
    /// <returns>False if no pageblock of the range is free and of another type.</returns>
    public bool Claim(MigrateType type, (int From, int To) range)
    {
        for (var i = range.From; i < range.To; i++)
        {
            var other = _pageblocks[i].Type;
            if (other == type || _pageblocks[i].FreePages < _size)
                continue;
            // The other half of the next larger piece begins where the numbers differ in one bit.
            var (first, count) = (i, 1);
            for (; count < 1 << (_maxOrder - _pageblockOrder) && AreFree(first ^ count, count, other, range); count *= 2)
                first &= ~count;
            foreach (ref var pageblock in _pageblocks.AsSpan(first, count))
                pageblock.Type = type;
            return true;
        }
        return false;
    }

    /// <summary>Gives pages of one owner to another.</summary>
    /// <param name="descending">True to begin with the highest page.</param>
    /// <returns>How many pages changed their owner, at most <paramref name="count"/>.</returns>
    public int Retag(ushort owner, ushort newOwner, long count, (int From, int To) range, bool descending = false)
    {
        var changed = 0;
        for (var n = range.From; n < range.To && changed < count; n++)
        {
            ref var pageblock = ref _pageblocks[descending ? range.To - 1 - (n - range.From) : n];
            changed += pageblock.Replace(owner, newOwner, (int)Math.Min(count - changed, _size), descending);
        }
        FreePages += newOwner == Free ? changed : owner == Free ? -changed : 0;
        return changed;
    }

    /// <summary>The pageblocks with pages that the allocator manages, from the highest down.</summary>
    public IEnumerable<int> ManagedPageblocks()
    {
        for (var i = _pageblocks.Length - 1; i >= 0; i--)
            if (!_pageblocks[i].IsWhole(Unmanaged))
                yield return i;
    }

    /// <summary>Takes pages of an owner away from the allocator.</summary>
    /// <param name="owner">The owner, or null for free pages.</param>
    /// <returns>How many pages were taken, at most <paramref name="count"/>.</returns>
    public int Unmanage(ushort? owner, long count, (int From, int To) range) => Retag(owner ?? Free, Unmanaged, count, range);

    /// <summary>Makes pages that the allocator did not manage free.</summary>
    public void Manage(long count, (int From, int To) range) => Retag(Unmanaged, Free, count, range);

    /// <summary>Frees pages of an owner, the highest first.</summary>
    /// <returns>How many pages were freed, at most <paramref name="count"/>.</returns>
    public int Release(ushort owner, long count, (int From, int To) range) => Retag(owner, Free, count, range, descending: true);

    /// <summary>Frees consecutive pages, all of one owner.</summary>
    public void ReleaseRun(ushort owner, int first, int count)
    {
        for (var page = first; page < first + count;)
        {
            var some = Math.Min(first + count - page, _size - PageIn(page));
            page += At(page).Fill(PageIn(page), some, owner, Free);
        }
        FreePages += count;
    }

    /// <summary>Frees single pages of an owner at random.</summary>
    /// <param name="oneOf">One page of so many is freed.</param>
    /// <returns>How many pages were freed.</returns>
    public int ReleaseAtRandom(ushort owner, uint oneOf, ref SplitMix64 random, (int From, int To) range)
    {
        var freed = 0;
        for (var i = range.From; i < range.To; i++)
        {
            ref var pageblock = ref _pageblocks[i];
            for (var page = 0; page < _size; page++)
                if (pageblock.OwnerOf(page) == owner && random.Next() % oneOf == 0)
                    freed += pageblock.Fill(page, 1, owner, Free);
        }
        FreePages += freed;
        return freed;
    }

    /// <summary>The owners of the block's pages with their numbers of pages, in the order of their first pages.</summary>
    public IReadOnlyList<KeyValuePair<ushort, int>> Owners() => Owners((0, _pageblocks.Length));

    /// <summary>The owners of the pages in pageblocks of a type.</summary>
    public IEnumerable<ushort> OwnersInType(MigrateType type) => Enumerable.Range(0, _pageblocks.Length)
        .Where(index => _pageblocks[index].Type == type)
        .SelectMany(index => Owners((index, index + 1)))
        .Select(owner => owner.Key);

    /// <summary>The owners of the pages in a range of pageblocks with their numbers of pages, in the order of their first pages.</summary>
    public IReadOnlyList<KeyValuePair<ushort, int>> Owners((int From, int To) range)
    {
        var owners = new OrderedDictionary<ushort, int>();
        foreach (ref readonly var pageblock in _pageblocks.AsSpan(range.From, range.To - range.From))
            pageblock.Count(owners);
        return [.. owners.Where(owner => owner.Key is not (Free or Unmanaged))];
    }

    /// <summary>True if compaction moves pages into a pageblock: it is movable, and neither free nor full.</summary>
    public bool CanBeFilled(int index) =>
        _pageblocks[index] is { Type: MigrateType.Movable, FreePages: > 0 and var free } && free < _size;

    /// <summary>True if a page is not in use.</summary>
    public bool IsFree(int page) => OwnerOf(page) == Free;

    /// <summary>The owner of a page, or 0 if it is free.</summary>
    public ushort OwnerOf(int page) => At(page).OwnerOf(PageIn(page));

    /// <summary>Gives one page to another owner.</summary>
    public void SetOwner(int page, ushort newOwner)
    {
        ref var pageblock = ref At(page);
        var owner = pageblock.OwnerOf(PageIn(page));
        pageblock.Fill(PageIn(page), 1, owner, newOwner);
        FreePages += (newOwner == Free ? 1 : 0) - (owner == Free ? 1 : 0);
    }

    /// <summary>Number of pageblocks of a type in a range.</summary>
    public int CountOfType(MigrateType type, (int From, int To) range)
    {
        var count = 0;
        for (var i = range.From; i < range.To; i++)
            count += _pageblocks[i].Type == type ? 1 : 0;
        return count;
    }

    /// <summary>Adds the free pages of a range to the counts of the buddy allocator, by the type of their pageblock.</summary>
    /// <param name="orders">The count of each order.</param>
    /// <param name="type">Only pageblocks of this type, or null for all.</param>
    public void AddFreeRuns(Span<long> orders, (int From, int To) range, MigrateType? type = null)
    {
        for (var i = range.From; i < range.To; i++)
        {
            ref readonly var pageblock = ref _pageblocks[i];
            if (type is { } wanted && pageblock.Type != wanted)
                continue;
            if (pageblock.FreePages < _size)
            {
                pageblock.AddFreeRuns(orders);
                continue;
            }
            // Free pageblocks of one type are one piece, as far as their numbers are aligned.
            var (order, count) = (_pageblockOrder, 1);
            for (; order < _maxOrder && (i & count) == 0 && AreFree(i + count, count, pageblock.Type, range); count *= 2)
                order++;
            orders[order]++;
            i += count - 1;
        }
    }

    /// <summary>True if consecutive pageblocks are within a range, free and of a type.</summary>
    private bool AreFree(int first, int count, MigrateType type, (int From, int To) range)
    {
        if (first < range.From || first + count > range.To)
            return false;
        foreach (ref readonly var pageblock in _pageblocks.AsSpan(first, count))
            if (pageblock.FreePages < _size || pageblock.Type != type)
                return false;
        return true;
    }

    /// <summary>Passes the owners of the pages through a stream.</summary>
    public void Transfer(StateStream state)
    {
        FreePages = state.Number(FreePages);
        foreach (ref var pageblock in _pageblocks.AsSpan())
            pageblock.Transfer(state);
    }

    /// <param name="size">Number of pages, all of which are free.</param>
    private struct Pageblock(int size)
    {
        /// <summary>The owner of each page, or null if all have <see cref="_owner"/>.</summary>
        private ushort[]? _owners;

        private ushort _owner;

        private readonly ushort _size = (ushort)size;

        public ushort FreePages = (ushort)size;

        public MigrateType Type = MigrateType.Movable;

        /// <summary>True if all pages have this owner.</summary>
        public readonly bool IsWhole(ushort owner) => _owners is null ? _owner == owner : Array.TrueForAll(_owners, each => each == owner);

        /// <summary>True if consecutive pages are not in use.</summary>
        public readonly bool IsFree(int first, int count) =>
            _owners is null ? _owner == Free : !_owners.AsSpan(first, count).ContainsAnyExcept(Free);

        public readonly ushort OwnerOf(int page) => _owners is null ? _owner : _owners[page];

        /// <summary>Gives up to <paramref name="count"/> pages of one owner to another.</summary>
        /// <returns>How many there were.</returns>
        public int Replace(ushort owner, ushort newOwner, int count, bool descending)
        {
            if (_owners is null)
            {
                if (_owner != owner)
                    return 0;
                if (count < _size)
                    return Fill(descending ? _size - count : 0, count, owner, newOwner);
                _owner = newOwner;
                CountFree(owner, newOwner, _size);
                return _size;
            }
            var (owners, changed) = (_owners, 0);
            for (var n = 0; n < owners.Length && changed < count; n++)
            {
                ref var page = ref owners[descending ? owners.Length - 1 - n : n];
                if (page != owner)
                    continue;
                page = newOwner;
                changed++;
            }
            CountFree(owner, newOwner, changed);
            Unify();
            return changed;
        }

        /// <summary>Gives consecutive pages, all of one owner, to another.</summary>
        /// <returns>Their number.</returns>
        public int Fill(int first, int count, ushort owner, ushort newOwner)
        {
            if (_owners is null && count == _size)
                return Replace(owner, newOwner, count, descending: false);
            if (_owners is null)
            {
                _owners = new ushort[_size];
                _owners.AsSpan().Fill(_owner);
            }
            _owners.AsSpan(first, count).Fill(newOwner);
            CountFree(owner, newOwner, count);
            Unify();
            return count;
        }

        public readonly void Count(OrderedDictionary<ushort, int> owners)
        {
            if (_owners is null)
            {
                owners[_owner] = owners.GetValueOrDefault(_owner) + _size;
                return;
            }
            foreach (var owner in _owners)
                owners[owner] = owners.GetValueOrDefault(owner) + 1;
        }

        public readonly void AddFreeRuns(Span<long> orders)
        {
            for (var page = 0; _owners is not null && page < _size;)
            {
                var (end, length) = (page, 0);
                while (end < _owners.Length && _owners[end] == Free)
                    end++;
                for (; page < end; page += length)
                {
                    var order = Math.Min(BitOperations.TrailingZeroCount(page == 0 ? _size : page), BitOperations.Log2((uint)(end - page)));
                    length = 1 << order;
                    orders[order]++;
                }
                page = end + 1;
            }
        }

        public void Transfer(StateStream state)
        {
            Type = (MigrateType)state.Number((int)Type);
            FreePages = (ushort)state.Number((int)FreePages);
            _owner = (ushort)state.Number((int)_owner);
            if (state.Flag(_owners is not null))
                state.Raw((_owners ??= new ushort[_size]).AsSpan());
        }

        private void CountFree(ushort owner, ushort newOwner, int count) =>
            FreePages = (ushort)(FreePages + (newOwner == Free ? count : 0) - (owner == Free ? count : 0));

        /// <summary>Drops the list of owners of a pageblock that is free again.</summary>
        private void Unify()
        {
            if (FreePages == _size)
                (_owners, _owner) = (null, Free);
        }
    }
}
