using HotplugFs.Engine.Pages;

namespace HotplugFs.Engine.Tests;

/// <summary>
/// Counts the pages of a machine one by one, and compares the accounts of its pageblocks, blocks, owners, zones and nodes with them.
/// </summary>
internal static class PageAccounts
{
    private static readonly PageKind[] Kinds = Enum.GetValues<PageKind>();

    /// <exception cref="AssertionException">An account is wrong.</exception>
    public static void Check(Machine machine)
    {
        var counted = new Dictionary<(PageOwner Owner, int Block), long>();
        foreach (var node in machine.PossibleNodes)
        {
            var sums = new Sums();
            foreach (var number in node.Blocks.Members())
                if (machine[new BlockId(number)] is { State: not MemoryBlockState.Offline } block)
                    sums.Add(block, CountBlock(machine, block, counted));
            CheckNode(machine, node, sums);
        }
        CheckOwners(machine, counted);
    }

    /// <summary>Counts the pages of a block, and notes the pages of each owner.</summary>
    private static BlockCounts CountBlock(Machine machine, in MemoryBlock block, Dictionary<(PageOwner Owner, int Block), long> counted)
    {
        var allocator = machine.PageAllocator;
        var managed = allocator.ManagedPagesIn(block);
        var counts = new BlockCounts(managed, managed, 0, new long[Kinds.Length]);
        if (!allocator.Maps.TryGetValue(block.Id.Number, out var map))
            return counts;
        counts = counts with { Free = 0 };
        var used = 0L;
        var orders = new long[machine.FreeLists.Orders];
        var size = 1 << machine.FreeLists.PageblockOrder;
        for (var pageblock = 0; pageblock < block.Pages.Length / size; pageblock++)
        {
            var (free, owners) = (0L, map.Owners((pageblock, pageblock + 1)));
            var isWhole = owners is [{ Value: var all }] && all == size;
            for (var page = 0; page < size && !isWhole; page++)
                free += map.IsFree(pageblock * size + page) ? 1 : 0;
            orders.AsSpan().Clear();
            map.AddFreeRuns(orders, (pageblock, pageblock + 1));
            Same(PagesIn(orders), free, $"free pieces of pageblock {pageblock} of {block.Id}");
            counts = counts with { Free = counts.Free + free };
            foreach (var (number, some) in owners)
            {
                var owner = allocator.Owner(number);
                counted[(owner, block.Id.Number)] = counted.GetValueOrDefault((owner, block.Id.Number)) + some;
                counts.Used[(int)owner.Kind] += some;
                used += some;
            }
        }
        foreach (var (number, some) in map.Owners())
            if (allocator.Owner(number) is { PagesPerUnit: > 1 and var unit } owner && some % Math.Min(unit, block.Pages.Length) > 0)
                Assert.Fail($"{some} pages of {block.Id} are no whole huge pages of {unit} pages of owner {owner.Number}");
        Same(map.FreePages, counts.Free, $"free pages of {block.Id}");
        Same(managed, counts.Free + used, $"managed pages of {block.Id}");
        return counts;
    }

    /// <summary>Compares a node with the sums of its blocks, zone by zone unless blocks straddle the boundaries of the zones.</summary>
    private static void CheckNode(Machine machine, NumaNode node, Sums sums)
    {
        var zones = node.Zones.Where(zone => zone.ManagedPages > 0 || sums.Of(zone).Managed > 0).ToArray();
        var orders = new long[machine.FreeLists.Orders];
        foreach (var zone in zones)
        {
            orders.AsSpan().Clear();
            machine.FreeLists.Count(zone, orders);
            Same(PagesIn(orders), zone.FreePages, $"free pieces of {zone}");
            if (orders.Any(count => count < 0) || zone.FreePages < 0)
                Assert.Fail($"{zone} has {zone.FreePages} free pages, in pieces {string.Join(' ', orders)}");
            Same(zone.Usage.Total, Kinds.Sum(kind => zone.Usage[kind]), $"pages in use of {zone}");
            if (!sums.Straddles)
                CheckZones(machine, $"{zone}", [zone], sums.Of(zone));
        }
        CheckZones(machine, $"node {node.Number}", zones, sums.All);
    }

    private static void CheckZones(Machine machine, string name, Zone[] zones, BlockCounts counts)
    {
        Same(zones.Sum(zone => zone.ManagedPages), counts.Managed, $"managed pages of {name}");
        Same(zones.Sum(zone => zone.Usage.Isolated), counts.Isolated, $"isolated pages of {name}");
        Same(zones.Sum(zone => zone.FreePages), counts.Free - counts.Isolated, $"free pages of {name}");
        foreach (var kind in Kinds)
            Same(zones.Sum(zone => zone.Usage[kind]), counts.Used[(int)kind], $"{kind} pages of {name}");
        foreach (var pools in machine.AllHugePages)
        {
            var owners = machine.PageAllocator.Owners.Where(owner => owner.Kind.IsHuge() && owner.PagesPerUnit == pools.PagesPerUnit).ToArray();
            var pages = owners.SelectMany(owner => owner.Places).Where(place => zones.Contains(place.Key.Zone)).Sum(place => (long)place.Value);
            Same(zones.Sum(zone => zone.Usage.Huge(pools.PagesPerUnit) is var (inUse, free) ? inUse + free : 0), pages, $"huge pages of {name}");
        }
        var descriptors = machine.PageAllocator.Owners.Where(owner => owner.PrefersKernelBlocks).SelectMany(owner => owner.Places)
            .Where(place => zones.Contains(place.Key.Zone)).Sum(place => place.Value);
        Same(zones.Sum(zone => zone.Usage.Descriptors), descriptors, $"descriptors in {name}");
    }

    private static void CheckOwners(Machine machine, Dictionary<(PageOwner Owner, int Block), long> counted)
    {
        foreach (var owner in machine.PageAllocator.Owners)
        {
            Same(owner.Pages, owner.Places.Sum(place => (long)place.Value), $"pages of owner {owner.Number}, {owner.Kind}");
            foreach (var block in owner.Places.GroupBy(place => place.Key.Block.Number))
            {
                counted.Remove((owner, block.Key), out var pages);
                Same(block.Sum(place => (long)place.Value), pages, $"pages of owner {owner.Number}, {owner.Kind}, in memory{block.Key}");
            }
        }
        foreach (var ((owner, block), pages) in counted)
            Assert.Fail($"owner {owner.Number}, {owner.Kind}, does not know its {pages} pages in memory{block}");
    }

    private static long PagesIn(long[] orders)
    {
        var pages = 0L;
        for (var order = 0; order < orders.Length; order++)
            pages += orders[order] << order;
        return pages;
    }

    private static void Same(long account, long counted, FormattableString what)
    {
        if (account != counted)
            Assert.Fail($"{what} are {account}, but {counted} were counted");
    }

    private sealed record BlockCounts(long Managed, long Free, long Isolated, long[] Used);

    /// <summary>The sums of blocks, for each zone and for all.</summary>
    private sealed class Sums
    {
        private readonly Dictionary<ZoneType, BlockCounts> _zones = [];

        /// <summary>True if a block is in several zones.</summary>
        public bool Straddles { get; private set; }

        public BlockCounts All { get; private set; } = new(0, 0, 0, new long[Kinds.Length]);

        public BlockCounts Of(Zone zone) => _zones.GetValueOrDefault(zone.Type) ?? new BlockCounts(0, 0, 0, new long[Kinds.Length]);

        public void Add(in MemoryBlock block, BlockCounts counts)
        {
            // The free pages of a block that is going offline are out of reach.
            counts = counts with { Isolated = block.State == MemoryBlockState.GoingOffline ? counts.Free : 0 };
            Straddles |= !block.Zones.IsSingle;
            All = Sum(All, counts);
            _zones[block.Zones.Lowest] = Sum(Of(block.Node.Zone(block.Zones.Lowest)), counts);
        }

        private static BlockCounts Sum(BlockCounts left, BlockCounts right) => new(
            left.Managed + right.Managed, left.Free + right.Free, left.Isolated + right.Isolated, [.. left.Used.Zip(right.Used, (a, b) => a + b)]);
    }
}
