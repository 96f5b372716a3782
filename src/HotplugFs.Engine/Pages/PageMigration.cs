using HotplugFs.Engine.Policies;

namespace HotplugFs.Engine.Pages;

/// <summary>Moves the pages of a block that goes offline elsewhere (do_migrate_range). Source: docs/kernels.md, "Moving pages".</summary>
internal sealed class PageMigration(
    PageAllocator allocator, HugePageSizes hugePages, TransparentHugePages transparent, PhysicalMemory memory, PageRules rules)
{
    /// <summary>Moves pages of a block. What was moved is not moved back if the offline fails.</summary>
    /// <param name="block">A block whose free pages are isolated.</param>
    /// <param name="isForced">True to move the pages that cannot be moved, too.</param>
    /// <param name="limit">The most pages to move; a huge page is moved whole.</param>
    /// <returns>How many pages were moved, and what kept others of those that were tried.</returns>
    public (long Moved, MigrationObstacle Obstacle) Run(in MemoryBlock block, bool isForced, long limit)
    {
        var place = new PagePlace(block.Id, block.Node.Zone(block.Zones.Lowest));
        var (moved, obstacle) = (0L, MigrationObstacle.None);
        // Free huge pages are dissolved when all other pages have moved.
        foreach (var (owner, pages) in allocator.OwnersIn(block.Id).OrderBy(each => each.Owner.Kind == PageKind.HugetlbFree))
        {
            if (moved >= limit || owner.Kind == PageKind.HugetlbFree && obstacle != MigrationObstacle.None)
                break;
            // Retired pages have no content, and are free once the block is offline.
            if (owner.Kind == PageKind.Poisoned || !isForced && KeptBy(owner.Kind) != MigrationObstacle.None)
                continue;
            var unit = owner.PagesPerUnit;
            var wanted = (int)Math.Min(pages, (limit - moved + unit - 1) / unit * unit);
            var some = unit > pages ? MoveGigantic(place, owner, pages) : Move(place, owner, wanted, isForced);
            moved += some;
            if (some < wanted && obstacle != MigrationObstacle.NoHugePage)
                obstacle = owner.Kind.IsHuge() ? MigrationObstacle.NoHugePage : MigrationObstacle.NoRoom;
        }
        return (moved, obstacle);
    }

    /// <summary>Number of pages in a block that can be moved, and what keeps the others.</summary>
    /// <inheritdoc cref="Run"/>
    public (long Pages, MigrationObstacle Kept) Examine(in MemoryBlock block, bool isForced)
    {
        var (movable, kept) = (0L, MigrationObstacle.None);
        foreach (var (owner, pages) in allocator.OwnersIn(block.Id))
        {
            if (owner.Kind == PageKind.Poisoned)
                continue;
            var obstacle = isForced ? MigrationObstacle.None : KeptBy(owner.Kind);
            kept = obstacle > kept ? obstacle : kept;
            movable += obstacle == MigrationObstacle.None ? pages : 0;
        }
        return (movable, kept);
    }

    /// <summary>The nodes that the pages of a block can be moved to.</summary>
    public IEnumerable<Zone> Targets(PagePlace place)
    {
        var highest = place.Zone.Type == ZoneType.Movable && !rules.MovesToKernelZones ? ZoneType.Movable : memory.ZoneBelowMovable;
        if (rules.MovesToKernelZones)
            return allocator.ZoneList(memory.CallerNode ?? memory.PossibleNodes.First(node => node.Online), highest);
        var others = allocator.OtherNodes(place.Zone.Node).SelectMany(node => PageAllocator.ZonesOf(node, highest));
        return allocator.OtherNodes(place.Zone.Node).Any() ? others : PageAllocator.ZonesOf(place.Zone.Node, highest);
    }

    private static MigrationObstacle KeptBy(PageKind kind) => kind switch
    {
        PageKind.Kernel => MigrationObstacle.KernelPage,
        PageKind.Pinned => MigrationObstacle.PinnedPage,
        _ => MigrationObstacle.None,
    };

    private long Move(PagePlace place, PageOwner owner, int pages, bool isForced)
    {
        long moved = pages;
        if (owner.Kind == PageKind.Hugetlb)
        {
            var pools = hugePages.Of(owner);
            moved = pools.TakeFromOthers(owner, pages, place.Zone.Node);
            var rest = pages - (int)moved;
            if (rules.HugePagesNeedFreeOnes)
                moved += pools.TakeSurplus(owner, rest, place.Zone.Node);
            else if (!pools.IsGigantic)
                moved += Allocate(place, owner, rest, isForced);
        }
        else if (owner.Kind == PageKind.Thp)
            return MoveTransparent(place, owner, pages, isForced);
        else if (owner.Kind != PageKind.HugetlbFree)
            moved = Allocate(place, owner, pages, isForced);
        allocator.FreeAt(place, owner, moved);
        memory.MigratedPages += owner.Kind == PageKind.HugetlbFree ? 0 : moved;
        return moved;
    }

    /// <summary>Moves transparent huge pages whole, where the kernel can and there is room, and divides the others to move their pages.</summary>
    private long MoveTransparent(PagePlace place, PageOwner owner, int pages, bool isForced)
    {
        var whole = rules.SplitsTransparentHugePages ? 0 : Allocate(place, owner, pages, isForced: false);
        allocator.FreeAt(place, owner, whole);
        transparent.Migrated += whole / owner.PagesPerUnit;
        memory.MigratedPages += whole;
        var rest = pages - (int)whole;
        return rest == 0 ? whole : whole + Move(place, transparent.Divide(place, owner, rest), rest, isForced);
    }

    /// <summary>Moves a huge page that extends over several blocks, or dissolves a free one.</summary>
    /// <param name="pages">Number of its pages in the block.</param>
    /// <returns>All of them, or 0 if no other node has a free huge page of this size.</returns>
    private int MoveGigantic(PagePlace place, PageOwner owner, int pages)
    {
        if (owner.Kind == PageKind.Hugetlb)
        {
            if (hugePages.Of(owner).TakeFromOthers(owner, owner.PagesPerUnit, place.Zone.Node) == 0)
                return 0;
            memory.MigratedPages += owner.PagesPerUnit;
        }
        hugePages.Gigantic.Free(place, owner);
        return pages;
    }

    private long Allocate(PagePlace place, PageOwner owner, int pages, bool isForced)
    {
        var highest = place.Zone.Type == ZoneType.Movable ? ZoneType.Movable : memory.ZoneBelowMovable;
        var targets = owner.Kind == PageKind.Kernel
            ? allocator.ZoneList(place.Zone.Node, memory.ZoneBelowMovable)
            : Targets(place);
        var found = allocator.Allocate(owner, pages, targets, highest, isForced ? AllocationDepth.All : AllocationDepth.Min);
        // A forced offline drops what has no room at all.
        return isForced ? pages : found;
    }
}

/// <summary>What keeps pages in a block that goes offline; a greater value is the stronger reason.</summary>
internal enum MigrationObstacle : byte
{
    /// <summary>Nothing: the block is empty.</summary>
    None,

    /// <summary>A page has no room elsewhere.</summary>
    NoRoom,

    /// <summary>A huge page has no room elsewhere.</summary>
    NoHugePage,

    /// <summary>A program holds a page for I/O, so it stays where it is.</summary>
    PinnedPage,

    /// <summary>A page can never be moved.</summary>
    KernelPage,
}
