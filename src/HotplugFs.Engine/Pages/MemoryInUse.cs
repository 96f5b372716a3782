using HotplugFs.Engine.Policies;

namespace HotplugFs.Engine.Pages;

/// <summary>The pages of a machine that are in use, and all that follows from them.</summary>
internal sealed class MemoryInUse
{
    private readonly PageMigration _migration;
    private readonly PagePieces _pieces;
    private readonly PhysicalMemory _memory;
    private readonly PageRules _rules;
    private readonly KernelLog _log;

    public MemoryInUse(PhysicalMemory memory, KernelRules kernel, KernelConfig config, KernelLog log)
    {
        var rules = kernel.Pages;
        (_memory, _rules, _log) = (memory, rules, log);
        Watermarks = new Watermarks(memory, rules, config.TransparentHugePages);
        Allocator = new PageAllocator(memory, rules, Watermarks);
        Compaction = new Compaction(memory, Allocator);
        HugePages = new HugePageSizes(memory, config.HugePageSizes, Allocator, Compaction, rules);
        TransparentHugePages = new TransparentHugePages(memory, Allocator, config.TransparentHugePages);
        Retirement = new PageRetirement(memory, Allocator, HugePages, TransparentHugePages, kernel.TakesPoisonedFreePages);
        Loads = new Loads(memory, Allocator, HugePages, TransparentHugePages, log);
        memory.IsolatePages = Check;
        _migration = new PageMigration(Allocator, HugePages, TransparentHugePages, memory, rules);
        _pieces = new PagePieces(Allocator, TransparentHugePages, memory);
        FreeLists = new FreeLists(memory, Allocator);
        foreach (var zone in memory.PossibleNodes.SelectMany(node => node.Zones))
            zone.Events.Freed = zone.ManagedPages;
        Descriptors = new PageDescriptors(memory, Allocator);
    }

    public PageAllocator Allocator { get; }

    public Watermarks Watermarks { get; }

    public HugePageSizes HugePages { get; }

    public TransparentHugePages TransparentHugePages { get; }

    public Loads Loads { get; }

    public FreeLists FreeLists { get; }

    public PageDescriptors Descriptors { get; }

    public Compaction Compaction { get; }

    public PageRetirement Retirement { get; }

    /// <summary>Gives the kernel the pages of a zone that it uses from boot on, and sets the marks of boot.</summary>
    public void UseAtBoot(Zone zone, long pages, ZoneMarks? marks)
    {
        zone.Marks = marks ?? zone.Marks;
        if (pages > 0)
            Allocator.Allocate(Allocator.Kernel, pages, [zone], zone.Type, AllocationDepth.All);
    }

    /// <summary>Makes the pages of a block that came online free.</summary>
    public void Onlined(in MemoryBlock block)
    {
        Allocator.Onlined(block.Id, block.Node.Zone(block.Zones.Lowest));
        Watermarks.Recompute();
    }

    /// <summary>Takes pageblocks out of an online block.</summary>
    /// <returns>How many pieces were taken, at most <paramref name="count"/>.</returns>
    public int TakePieces(in MemoryBlock block, int count)
    {
        var (isRefused, isBusy) = (_memory.IsolatePages(block) is not null, Check(block) is not null);
        // Another function than Check may refuse the whole block, or let it go whatever it holds.
        return isRefused && !isBusy ? 0 : _pieces.Take(block, count, isForced: isBusy && !isRefused);
    }

    /// <inheritdoc cref="Machine.LooksRemovable"/>
    public bool LooksRemovable(in MemoryBlock block) => block.State == MemoryBlockState.Offline || !block.HasKernelPages
        && (block.Zones.Lowest == ZoneType.Movable || !Allocator.HasKernelPagesOfType(block.Id, MigrateType.Unmovable));


    /// <summary>Gives pageblocks back to an online block.</summary>
    public void GivePieces(in MemoryBlock block, int count) => _pieces.Give(block, count);

    /// <summary>Takes the free pages of a block out of reach before its other pages are moved.</summary>
    public void Isolate(in MemoryBlock block) => Allocator.Isolate(block);

    /// <inheritdoc cref="PageAllocator.UndoIsolation"/>
    public void UndoIsolation(in MemoryBlock block) => Allocator.UndoIsolation(block);

    /// <summary>Forgets the pages of a block that goes offline, all of which are free, after the pages of its zone were counted.</summary>
    public void Offlined(in MemoryBlock block)
    {
        Retirement.Offlined(block);
        Allocator.Offlined(block, block.Node.Zone(block.Zones.Lowest));
        Watermarks.Recompute();
    }

    /// <summary>Moves pages out of a block, and ends loads for room where the kernel does.</summary>
    /// <param name="block">A block that is isolated.</param>
    /// <param name="limit">The most pages to move; a huge page is moved whole.</param>
    /// <returns>How many pages were moved, and what kept others of those that were tried.</returns>
    public (long Moved, MigrationObstacle Obstacle) MovePages(in MemoryBlock block, long limit)
    {
        var isForced = IsForced(block);
        var (moved, obstacle) = _migration.Run(block, isForced, limit);
        while (obstacle == MigrationObstacle.NoRoom && _rules.KillsForRoom && KillForRoom(block))
        {
            (var some, obstacle) = _migration.Run(block, isForced, limit - moved);
            moved += some;
        }
        return (moved, obstacle);
    }

    /// <summary>Number of pages in a block that can be moved, and what keeps the others.</summary>
    public (long Pages, MigrationObstacle Kept) Examine(in MemoryBlock block) => _migration.Examine(block, IsForced(block));

    /// <summary>Returns the error with which an offline ends because of an obstacle, or null if the kernel waits for it to go.</summary>
    public Errno? ErrorFor(MigrationObstacle obstacle) => obstacle switch
    {
        MigrationObstacle.KernelPage => Errno.EBUSY,
        MigrationObstacle.NoHugePage when _rules.HugePagesNeedFreeOnes => Errno.ENOMEM,
        MigrationObstacle.NoRoom when _rules.OfflineGivesUp => Errno.ENOMEM,
        _ => null,
    };

    /// <inheritdoc cref="Machine.UsersOf"/>
    public OrderedDictionary<string, long> UsersOf(Dimm dimm)
    {
        var users = new OrderedDictionary<string, long>();
        for (var number = dimm.First.Number; number <= dimm.Last.Number; number++)
        {
            foreach (var (owner, pages) in Allocator.OwnersIn(new BlockId(number)))
            {
                var name = Loads.FirstOrDefault(load => load.Has(owner))?.Id ?? (owner.Kind.IsHuge() ? "(hugepages)" : "(kernel)");
                users[name] = users.GetValueOrDefault(name) + pages;
            }
        }
        return users;
    }

    /// <summary>Describes what keeps a block online, for the log.</summary>
    public string Describe(BlockId block, MigrationObstacle obstacle) => obstacle switch
    {
        MigrationObstacle.KernelPage => $"it holds {Describe(block, PageKind.Kernel)}, which cannot be moved away",
        MigrationObstacle.PinnedPage => $"it holds {Describe(block, PageKind.Pinned)}, which are pinned",
        MigrationObstacle.NoHugePage => "another node has no free huge page for those it holds",
        _ => "there is no room for its pages on other nodes",
    };

    /// <summary>True if <c>offline_result</c> lets a block go whose pages cannot be moved.</summary>
    private bool IsForced(in MemoryBlock block) => _memory.IsolatePages(block) is null && Check(block) is not null;

    /// <summary>Looks for pages that can never be moved.</summary>
    /// <returns>EBUSY and who uses them, or null.</returns>
    private Refusal? Check(MemoryBlock block)
    {
        if (_rules.HugePagesKeepBlocks && Allocator.OwnersIn(block.Id).Any(each => each.Owner.Kind.IsHuge()))
            return new Refusal(Errno.EBUSY, RefusalRule.UnmovablePages, "it holds huge pages, which this kernel does not move");
        if (Gigantic(block) is { } reason)
            return new Refusal(Errno.EBUSY, RefusalRule.UnmovablePages, reason);
        // The kernel's own pages of boot memory are not counted, so a number of others would be wrong.
        var pages = Describe(block.Id, PageKind.Kernel, loadsOnly: block.HasKernelPages);
        return pages is null && !block.HasKernelPages
            ? null
            : new Refusal(Errno.EBUSY, RefusalRule.UnmovablePages, $"it holds {pages ?? "pages of the kernel"}, which cannot be moved away");
    }

    /// <summary>Looks for huge pages that the kernel does not move because of their size.</summary>
    /// <returns>What the block holds, or null.</returns>
    private string? Gigantic(in MemoryBlock block)
    {
        foreach (var (owner, _) in Allocator.OwnersIn(block.Id))
        {
            if (!owner.Kind.IsHuge() || HugePages.Of(owner) is not { IsGigantic: true } pools)
                continue;
            var size = $"a huge page of {pools.SizeKiB >> 10} MiB";
            var keepsAll = _rules.GiganticPages == GiganticPageRule.KeepBlocks;
            if (keepsAll || _rules.GiganticPages == GiganticPageRule.KeepInUse && owner.Kind == PageKind.Hugetlb)
                return $"it holds {size}, which this kernel does not move";
            if (_rules.GiganticPages == GiganticPageRule.KeepAllButLast && HugePages.Gigantic.ContinueAfter(block.Id, owner))
                return $"it holds a part of {size} that continues in the next block";
        }
        return null;
    }

    /// <summary>Ends the largest load with pages where room is needed (the OOM killer).</summary>
    private bool KillForRoom(in MemoryBlock block)
    {
        var place = new PagePlace(block.Id, block.Node.Zone(block.Zones.Lowest));
        HashSet<int> nodes = [.. _migration.Targets(place).Select(zone => zone.Node.Number)];
        var victim = Loads
            .Where(load => load.Kind is not (PageKind.Kernel or PageKind.Hugetlb or PageKind.Shmem) && load.PagesByNode.Keys.Any(nodes.Contains))
            .MaxBy(load => load.SizeBytes);
        if (victim is null)
            return false;
        _log.Add($"Out of memory: load {victim.Id} ({victim.SizeBytes / 1024} KiB) was killed to make room for the pages of {block.Id}");
        Loads.Stop(victim);
        return true;
    }

    private string? Describe(BlockId block, PageKind kind, bool loadsOnly = false)
    {
        var owners = Allocator.OwnersIn(block)
            .Where(each => each.Owner.Kind == kind && !(loadsOnly && each.Owner.PrefersKernelBlocks)).ToList();
        if (owners.Count == 0)
            return null;
        var parts = owners.Select(each => $"{each.Pages} {(each.Pages == 1 ? "page" : "pages")} of {NameOf(each.Owner)}");
        return string.Join(" and ", parts);
    }

    private string NameOf(PageOwner owner) => Loads.FirstOrDefault(load => load.Has(owner)) is { } load ? $"load {load.Id}" : "the kernel";

    /// <summary>Passes who has which pages through a stream.</summary>
    public void Transfer(StateStream state)
    {
        // The owners first: the others are passed by the numbers of theirs.
        Allocator.Transfer(state);
        HugePages.Transfer(state);
        TransparentHugePages.Transfer(state);
        Loads.Transfer(state);
        Descriptors.Transfer(state);
        Retirement.Transfer(state);
        Watermarks.Transfer(state);
    }
}
