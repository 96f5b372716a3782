using HotplugFs.Engine.Policies;

namespace HotplugFs.Engine.Pages;

/// <summary>
/// Gives pages of the machine's zones to owners, and takes them back (mm/page_alloc.c). The same operations in the same order give the same
/// pages. Only blocks that were allocated from have a map of their pages. Source: docs/kernels.md, "Where memory lands".
/// </summary>
internal sealed class PageAllocator(PhysicalMemory memory, PageRules rules, Watermarks watermarks)
{
    /// <summary>The pages that boot kept, which the allocator never had.</summary>
    private readonly Dictionary<PagePlace, int> _kept = FindKeptPages(memory);

    private readonly Dictionary<int, BlockPages> _maps = [];
    private readonly Dictionary<int, long> _onlinedAt = [];
    private readonly Dictionary<ushort, PageOwner> _owners = [];
    private PageOwner? _kernel;
    private long _onlines;
    private BlockId? _isolated;

    /// <summary>The kernel itself, whose pages are those of no load.</summary>
    public PageOwner Kernel => _kernel ??= AddOwner(PageKind.Kernel);

    /// <summary>Makes an owner without pages.</summary>
    /// <param name="placement">Where a program wants its pages; null for the kernel's own.</param>
    /// <param name="prefersKernelBlocks">See <see cref="PageOwner.PrefersKernelBlocks"/>.</param>
    /// <param name="pagesPerUnit">See <see cref="PageOwner.PagesPerUnit"/>.</param>
    /// <exception cref="InvalidOperationException">65,534 owners exist.</exception>
    public PageOwner AddOwner(PageKind kind, LoadPlacement? placement = null, bool prefersKernelBlocks = false, int pagesPerUnit = 1)
    {
        // The owner of the single pages first, so that its number is known.
        var single = kind == PageKind.Thp ? AddOwner(PageKind.Anon, placement).Number : (ushort)0;
        var number = (ushort)1;
        while (_owners.ContainsKey(number))
            number = checked((ushort)(number + 1));
        if (number == ushort.MaxValue)
            throw new InvalidOperationException("there are too many owners of pages");
        var owner = new PageOwner(number, kind)
        {
            RunsOn = memory.NearestCpuNode(placement?.Node),
            IsInterleaved = placement?.Policy == MemoryPolicy.Interleave,
            PrefersKernelBlocks = prefersKernelBlocks,
            PagesPerUnit = pagesPerUnit,
            SinglePages = single,
        };
        _owners.Add(number, owner);
        return owner;
    }

    /// <summary>Frees all pages of an owner and forgets it.</summary>
    public void RemoveOwner(PageOwner owner)
    {
        Free(owner, owner.Pages);
        _owners.Remove(owner.Number);
        if (SinglePagesOf(owner) is { } single)
            RemoveOwner(single);
    }

    /// <summary>The owner of the single pages into which an owner's huge pages are divided; null if they never are.</summary>
    public PageOwner? SinglePagesOf(PageOwner owner) => owner.SinglePages > 0 ? _owners[owner.SinglePages] : null;

    /// <summary>
    /// Gives an owner pages of the first zones that have some, without emptying a zone further than the depth allows.
    /// </summary>
    /// <param name="zones">The zones to look at, in this order.</param>
    /// <param name="highest">The highest zone that this allocation could use, which decides about the protection.</param>
    /// <returns>The number of pages that were found, at most <paramref name="count"/>.</returns>
    public long Allocate(PageOwner owner, long count, IEnumerable<Zone> zones, ZoneType highest, AllocationDepth depth)
    {
        var found = 0L;
        Zone? preferred = null;
        foreach (var zone in zones)
        {
            preferred ??= zone;
            var room = zone.FreePages - Reserve(zone, rules.ProtectsFromFirstZone ? preferred.Type : highest, depth);
            // A huge page for which there is no whole room is not made.
            room -= room % owner.PagesPerUnit;
            var some = room > 0 ? AllocateIn(zone, owner, Math.Min(count - found, room)) : 0;
            ZoneEvents.Count(zone, preferred, some, some / owner.PagesPerUnit, owner.RunsOn, owner.IsInterleaved);
            found += some;
            if (found == count)
                break;
        }
        return found;
    }

    /// <summary>Gives an owner pages at known places.</summary>
    /// <returns>Success; ENOMEM if they are not all free, and then it has some of them.</returns>
    public Result Restore(PageOwner owner, IEnumerable<PagesInBlock> places)
    {
        foreach (var (id, zone, pages) in places)
        {
            if (!memory.TryGetBlock(id, out var block) || block.State != MemoryBlockState.Online || !block.Zones.Has(zone)
                || AllocateAt([new PagePlace(id, block.Node.Zone(zone))], owner, pages) < pages)
                return Errno.ENOMEM;
        }
        return Result.Ok;
    }

    /// <summary>Frees pages of an owner, those that it got last first.</summary>
    /// <param name="count">At most as many pages as it has.</param>
    public void Free(PageOwner owner, long count)
    {
        while (count > 0)
        {
            var place = owner.Places[^1].Key;
            count -= FreeAt(place, owner, count);
        }
    }

    /// <summary>Frees pages of an owner at one place.</summary>
    /// <returns>How many pages were freed, at most <paramref name="count"/>.</returns>
    public int FreeAt(PagePlace place, PageOwner owner, long count) => FreeAt(place, owner, count, Range(place));

    /// <summary>Frees pages of an owner in some pageblocks of a block.</summary>
    /// <returns>How many pages were freed, at most <paramref name="count"/>.</returns>
    public int FreeAt(PagePlace place, PageOwner owner, long count, (int From, int To) pageblocks)
    {
        var freed = Map(place.Block).Release(owner.Number, count, pageblocks);
        Count(place, owner, -freed);
        place.Zone.Events.Freed += freed;
        return freed;
    }

    /// <summary>Frees consecutive pages of a block, all of one owner.</summary>
    /// <param name="first">The first page, counted from the block's.</param>
    public void FreeRun(PagePlace place, PageOwner owner, int first, int count)
    {
        Map(place.Block).ReleaseRun(owner.Number, first, count);
        Count(place, owner, -count);
        place.Zone.Events.Freed += count;
    }

    /// <summary>Gives an owner free pages of movable pageblocks of a block.</summary>
    /// <returns>How many pages there were, at most <paramref name="count"/>.</returns>
    public int TakeAt(PagePlace place, PageOwner owner, long count, (int From, int To) pageblocks)
    {
        var taken = Map(place.Block).Take(owner.Number, count, MigrateType.Movable, pageblocks);
        Count(place, owner, taken);
        return taken;
    }

    /// <summary>True if the pageblocks of a type in a block hold pages of the kernel.</summary>
    public bool HasKernelPagesOfType(BlockId block, MigrateType type) => _maps.TryGetValue(block.Number, out var map)
        && map.OwnersInType(type).Any(number => _owners[number].Kind == PageKind.Kernel);

    /// <summary>Everything that has pages, or can get some.</summary>
    public IReadOnlyCollection<PageOwner> Owners => _owners.Values;

    /// <summary>The owner with a number.</summary>
    public PageOwner Owner(ushort number) => _owners[number];

    /// <summary>The owner of a page of an online block, or null if it is free or the allocator does not manage it.</summary>
    public PageOwner? OwnerAt(BlockId block, int page) =>
        _maps.TryGetValue(block.Number, out var map) ? _owners.GetValueOrDefault(map.OwnerOf(page)) : null;

    /// <summary>True if a page of an online block is free.</summary>
    public bool IsFree(BlockId block, int page) => Map(block).IsFree(page);

    /// <summary>Gives one page to another owner.</summary>
    public void Reassign(PagePlace place, int page, PageOwner owner)
    {
        if (OwnerAt(place.Block, page) is { } previous)
            Count(place, previous, -1);
        Map(place.Block).SetOwner(page, owner.Number);
        Count(place, owner, 1);
    }

    /// <summary>Frees a random part of the pages of an owner.</summary>
    /// <param name="oneOf">One page of so many is freed.</param>
    /// <returns>How many pages were freed.</returns>
    public long FreeAtRandom(PageOwner owner, uint oneOf, ref SplitMix64 random)
    {
        var freed = 0L;
        foreach (var place in owner.Places.Select(place => place.Key).ToArray())
        {
            var some = Map(place.Block).ReleaseAtRandom(owner.Number, oneOf, ref random, Range(place));
            Count(place, owner, -some);
            place.Zone.Events.Freed += some;
            freed += some;
        }
        return freed;
    }

    /// <summary>Gives huge pages of one owner to another one, where they are.</summary>
    /// <param name="count">At most as many pages as <paramref name="from"/> has.</param>
    public void HandOver(PageOwner from, PageOwner to, long count)
    {
        while (count > 0)
            count -= HandOverAt(from.Places[rules.OldestHugePageFirst ? 0 : ^1].Key, from, to, count);
    }

    /// <summary>Gives pages of one owner at one place to another owner.</summary>
    /// <returns>How many pages there were, at most <paramref name="count"/>.</returns>
    public int HandOverAt(PagePlace place, PageOwner from, PageOwner to, long count) => HandOverAt(place, from, to, count, Range(place));

    /// <summary>Gives pages of one owner in some pageblocks of a block to another owner.</summary>
    /// <inheritdoc cref="HandOverAt(PagePlace, PageOwner, PageOwner, long)"/>
    public int HandOverAt(PagePlace place, PageOwner from, PageOwner to, long count, (int From, int To) pageblocks)
    {
        var some = Map(place.Block).Retag(from.Number, to.Number, count, pageblocks);
        Count(place, from, -some);
        Count(place, to, some);
        return some;
    }

    /// <summary>The owners with pages in a block, and how many they have there, in the order of their first pages.</summary>
    public IEnumerable<(PageOwner Owner, int Pages)> OwnersIn(BlockId block) => _maps.TryGetValue(block.Number, out var map)
        ? OwnersOf(map.Owners())
        : [];

    /// <summary>Finds owners by their numbers.</summary>
    public IEnumerable<(PageOwner Owner, int Pages)> OwnersOf(IEnumerable<KeyValuePair<ushort, int>> numbers) =>
        numbers.Select(owner => (_owners[owner.Key], owner.Value));

    /// <summary>Number of free pages in an online block.</summary>
    public int FreePagesIn(in MemoryBlock block) => _maps.TryGetValue(block.Id.Number, out var map) ? map.FreePages : ManagedPagesIn(block);

    /// <summary>The maps of the blocks that were allocated from, by the number of the block.</summary>
    public IReadOnlyDictionary<int, BlockPages> Maps => _maps;

    /// <summary>The pageblocks of a block that are in a zone, counted from the block's first.</summary>
    public (int From, int To) Range(PagePlace place)
    {
        var (block, part) = (memory.PagesOf(place.Block), memory.PagesIn(place.Block, place.Zone));
        var first = (int)((part.Start - block.Start) >> memory.PageblockOrder);
        return part.IsEmpty ? default : (first, first + (int)(part.Length >> memory.PageblockOrder));
    }

    /// <summary>Notes that a block came online; it becomes the first or the last of its zone to be used.</summary>
    public void Onlined(BlockId block, Zone zone)
    {
        _onlinedAt[block.Number] = ++_onlines;
        zone.Events.Freed += ManagedPagesIn(memory[block]);
        zone.UseOrder = null;
    }

    /// <summary>Takes the free pages of a block out of reach, before its pages are moved (start_isolate_page_range).</summary>
    public void Isolate(in MemoryBlock block)
    {
        _isolated = block.Id;
        block.Node.Zone(block.Zones.Lowest).Usage.Isolated += FreePagesIn(block);
    }

    /// <summary>Gives back what <see cref="Isolate"/> took of a block that stays online, if it took anything.</summary>
    public void UndoIsolation(in MemoryBlock block)
    {
        if (_isolated != block.Id)
            return;
        _isolated = null;
        block.Node.Zone(block.Zones.Lowest).Usage.Isolated -= FreePagesIn(block);
    }

    /// <summary>Forgets a block that goes offline, whose pages are all free and isolated.</summary>
    /// <exception cref="InvalidOperationException">A page is in use.</exception>
    public void Offlined(in MemoryBlock block, Zone zone)
    {
        if (FreePagesIn(block) != ManagedPagesIn(block))
            throw new InvalidOperationException($"{block.Id} goes offline with pages in use");
        _isolated = null;
        zone.Usage.Isolated -= ManagedPagesIn(block);
        // Should the block come back, all its pages are free.
        _kept.Remove(new PagePlace(block.Id, zone));
        _maps.Remove(block.Id.Number);
        _onlinedAt.Remove(block.Id.Number);
        zone.UseOrder = null;
    }

    /// <summary>The zones of a node and then those of the other nodes, near ones first, each from the highest down (the zonelist).</summary>
    public IEnumerable<Zone> ZoneList(NumaNode node, ZoneType highest) =>
        OtherNodes(node).Prepend(node).SelectMany(each => ZonesOf(each, highest));

    /// <summary>The populated zones of a node, from the highest down.</summary>
    public static IEnumerable<Zone> ZonesOf(NumaNode node, ZoneType highest)
    {
        for (var type = (int)highest; type >= 0; type--)
            if (node.Zones[type].ManagedPages > 0)
                yield return node.Zones[type];
    }

    /// <summary>The other nodes, near ones first; of equally near ones the next higher number first (find_next_best_node).</summary>
    public IEnumerable<NumaNode> OtherNodes(NumaNode node)
    {
        // One key and a loop, because the first call of a generic virtual method, such as ThenBy, is slow, and each boot needs this order.
        var others = memory.PossibleNodes.Zip(
            node.Distances, (other, distance) => (other, Key: (distance, other.Number < node.Number, other.Number)));
        foreach (var (other, _) in others.OrderBy(pair => pair.Key))
            if (other != node && other.ManagedPages > 0)
                yield return other;
    }

    private long Reserve(Zone zone, ZoneType highest, AllocationDepth depth) => depth switch
    {
        AllocationDepth.Low => zone.Marks.Low + watermarks.Protection(zone, highest),
        AllocationDepth.Min => zone.Marks.Min + watermarks.Protection(zone, highest),
        _ => 0,
    };

    /// <summary>Gives an owner pages of the first of these places that have some, down to the last page.</summary>
    /// <returns>The number of pages that were found, at most <paramref name="count"/>.</returns>
    public long AllocateAt(IEnumerable<PagePlace> places, PageOwner owner, long count)
    {
        var type = owner.Kind.Type();
        var other = type == MigrateType.Movable ? MigrateType.Unmovable : MigrateType.Movable;
        var found = Take(places, owner, count, type);
        while (found < count && type == MigrateType.Unmovable && places.Any(place => Map(place.Block).Claim(type, Range(place))))
            found += Take(places, owner, count - found, type);
        return found == count ? found : found + Take(places, owner, count - found, other);
    }

    private long Take(IEnumerable<PagePlace> places, PageOwner owner, long count, MigrateType type)
    {
        var found = 0L;
        foreach (var place in places)
        {
            if (found == count)
                break;
            // Pageblocks that were never used are movable.
            if (type == MigrateType.Unmovable && !_maps.ContainsKey(place.Block.Number))
                continue;
            var map = Map(place.Block);
            if (map.FreePages == 0)
                continue;
            var some = owner.PagesPerUnit > 1
                ? map.TakeHuge(owner.Number, count - found, (int)Math.Min(owner.PagesPerUnit, memory.PagesPerBlock), type, Range(place))
                : map.Take(owner.Number, count - found, type, Range(place));
            if (some == 0)
                continue;
            Count(place, owner, some);
            found += some;
        }
        return found;
    }

    private long AllocateIn(Zone zone, PageOwner owner, long count)
    {
        var found = owner.PrefersKernelBlocks ? AllocateAt(KernelPlacesOf(zone), owner, count) : 0;
        return found == count ? found : found + AllocateAt(PlacesOf(zone), owner, count - found);
    }

    /// <summary>The boot blocks of a zone that hold pages of the kernel.</summary>
    private IEnumerable<PagePlace> KernelPlacesOf(Zone zone)
    {
        var (first, last) = (zone.Span.Start / memory.PagesPerBlock, (zone.Span.End - 1) / memory.PagesPerBlock);
        for (var number = memory.KernelBlocks.Next((int)first); number >= 0 && number <= last; number = memory.KernelBlocks.Next(number + 1))
            if (zone.Blocks.Contains(number) && memory.Record(new BlockId(number)).State == MemoryBlockState.Online)
                yield return new PagePlace(new BlockId(number), zone);
    }

    /// <summary>
    /// The online blocks of a zone in the order of use. Boot memory counts as onlined first, from the lowest block on; it is not sorted,
    /// because it can have very many blocks.
    /// </summary>
    private IEnumerable<PagePlace> PlacesOf(Zone zone)
    {
        var sign = rules.NewestBlockFirst ? -1 : 1;
        zone.UseOrder ??= [.. _onlinedAt.Keys.Where(zone.Blocks.Contains).OrderBy(number => sign * _onlinedAt[number])];
        var boot = zone.Blocks.Members().Where(number => !_onlinedAt.ContainsKey(number));
        foreach (var number in rules.NewestBlockFirst ? zone.UseOrder.Concat(boot) : boot.Concat(zone.UseOrder))
            if (memory.Record(new BlockId(number)).State == MemoryBlockState.Online)
                yield return new PagePlace(new BlockId(number), zone);
    }

    /// <summary>Returns the map of an online block, which is made if there is none.</summary>
    public BlockPages Map(BlockId id)
    {
        if (!_maps.TryGetValue(id.Number, out var map))
        {
            var block = memory[id];
            _maps.Add(id.Number, map = new BlockPages(memory, UnmanagedPagesIn(block)));
        }
        return map;
    }

    private static IEnumerable<int> Descending(BlockSet blocks)
    {
        for (var number = blocks.Previous(BlockId.MaxNumber); number >= 0; number = blocks.Previous(number - 1))
            yield return number;
    }

    /// <summary>The pages of a block that the allocator does not manage: the first of each zone, counted from the block's, and how many.</summary>
    private IEnumerable<(int First, int Count)> UnmanagedPagesIn(MemoryBlock block)
    {
        var pages = (int)block.Pages.Length;
        if (block.Zones.IsSingle)
        {
            var count = pages - ManagedPagesIn(block);
            yield return (block.EndsInHole || block.VirtioMemIndex >= 0 ? pages - count : 0, count);
            yield break;
        }
        var next = 0;
        foreach (var zone in memory.ZonesOf(block))
        {
            var holes = zone.Type == block.Zones.Lowest ? block.HolePages : 0;
            // A zone that ends in the block's first pageblock has no part of its own: its pages lie before those of the next zone.
            var first = Math.Max(next, (int)(memory.PagesIn(block.Id, zone).Start - block.Pages.Start));
            var count = holes + _kept.GetValueOrDefault(new PagePlace(block.Id, zone));
            yield return (first, count);
            next = first + count;
        }
    }

    /// <summary>
    /// Finds the pages that boot kept: in the blocks of a zone that hold pages of the kernel and then in the others, each from the highest
    /// down, as boot takes them (recordings <c>4.14-c-boot-memory-movablecore</c>, <c>4.9-mnn-c-boot-movable_node-kernelcore</c>).
    /// </summary>
    private static Dictionary<PagePlace, int> FindKeptPages(PhysicalMemory memory)
    {
        Dictionary<PagePlace, int> kept = [];
        foreach (var zone in memory.PossibleNodes.SelectMany(node => node.Zones))
        {
            var rest = zone.KeptPages;
            foreach (var number in Descending(memory.KernelBlocks).Where(zone.Blocks.Contains).Concat(Descending(zone.Blocks)))
            {
                if (rest <= 0)
                    break;
                var (block, place) = (memory[new BlockId(number)], new PagePlace(new BlockId(number), zone));
                var holes = zone.Type == block.Zones.Lowest ? block.HolePages : 0;
                var pages = (int)Math.Min(rest, memory.PagesIn(block.Id, zone).Length - holes);
                if (block.IsBoot && block.State == MemoryBlockState.Online && kept.TryAdd(place, pages))
                    rest -= pages;
            }
        }
        return kept;
    }

    /// <summary>Number of pages in an online block that the allocator manages.</summary>
    public int ManagedPagesIn(in MemoryBlock block)
    {
        var pages = (int)(block.Pages.Length - block.HolePages - (memory.DeviceOf(block)?.UnmanagedPages(block.Id) ?? 0));
        for (var i = 0; i < block.Node.Zones.Count && _kept.Count > 0; i++)
            pages -= _kept.GetValueOrDefault(new PagePlace(block.Id, block.Node.Zones[i]));
        if (!block.Zones.IsSingle && memory.SharedBlocks.TryGetValue(block.Id.Number, out var parts))
            foreach (var part in parts)
                pages -= _kept.GetValueOrDefault(new PagePlace(block.Id, memory.FindNode(part.Node)!.Zone(part.Zone)));
        return pages;
    }

    /// <summary>Counts pages that an owner got at a place, or lost there if the number is negative.</summary>
    public void Count(PagePlace place, PageOwner owner, int pages)
    {
        // What becomes free in a block that is going offline stays out of reach.
        if (place.Block == _isolated)
            place.Zone.Usage.Isolated -= pages;
        owner.Count(place, pages);
        place.Zone.Usage.Count(owner.Kind, pages);
        if (owner.Kind.IsHuge())
            place.Zone.Usage.CountHuge(owner.Kind, owner.PagesPerUnit, pages);
        place.Zone.Usage.Descriptors += owner.PrefersKernelBlocks ? pages : 0;
    }

    /// <summary>Passes the owners and the maps of their pages through a stream.</summary>
    public void Transfer(StateStream state)
    {
        var owners = state.List(_owners.Values, owner => Transfer(state, owner));
        _owners.Replace(state, [.. owners.Select(owner => KeyValuePair.Create(owner.Number, owner))]);
        _kernel = TransferOwner(state, _kernel);
        _kept.Replace(state, state.List(_kept, kept => new(kept.Key.Transfer(state, memory), state.Number(kept.Value))));
        _onlines = state.Number(_onlines);
        _onlinedAt.Replace(state, state.List(_onlinedAt, each => new(state.Number(each.Key), state.Number(each.Value))));
        _maps.Replace(state, state.List(_maps, each =>
        {
            var (number, map) = (state.Number(each.Key), each.Value ?? new BlockPages(memory, []));
            map.Transfer(state);
            return new(number, map);
        }));
        _isolated = null;
    }

    /// <summary>Passes an owner, or null, through a stream, by its number.</summary>
    public PageOwner? TransferOwner(StateStream state, PageOwner? owner) =>
        _owners.GetValueOrDefault((ushort)state.Number(owner?.Number ?? 0));

    private PageOwner Transfer(StateStream state, PageOwner? owner)
    {
        var passed = new PageOwner((ushort)state.Number(owner?.Number ?? 0), (PageKind)state.Number((int)(owner?.Kind ?? default)))
        {
            RunsOn = memory.TransferNode(state, owner?.RunsOn),
            IsInterleaved = state.Flag(owner?.IsInterleaved ?? false),
            PrefersKernelBlocks = state.Flag(owner?.PrefersKernelBlocks ?? false),
            PagesPerUnit = state.Number(owner?.PagesPerUnit ?? 1),
            SinglePages = (ushort)state.Number((int)(owner?.SinglePages ?? 0)),
        };
        (owner ?? passed).Transfer(state, memory);
        return passed;
    }
}
