namespace HotplugFs.Engine.Pages;

/// <summary>Takes single pages out of use because of memory errors. Source: docs/kernels.md, "Retired pages".</summary>
/// <param name="takesFreePages">True if a free page that is retired is not free any more.</param>
internal sealed class PageRetirement(
    PhysicalMemory memory, PageAllocator allocator, HugePageSizes hugePages, TransparentHugePages transparent, bool takesFreePages)
{
    private PageOwner? _retired;

    private PageOwner Retired => _retired ??= allocator.AddOwner(PageKind.Poisoned);

    /// <summary>True if a block holds pages of the kernel.</summary>
    public bool HoldsKernelPages(BlockId block) => allocator.OwnersIn(block).Any(each => each.Owner.Kind == PageKind.Kernel);

    /// <summary>Moves the content of a page elsewhere, to the zones of its own node first.</summary>
    /// <param name="block">An online block.</param>
    /// <param name="page">The number of the page in the block.</param>
    /// <returns>Success; EIO for a page of the kernel, EBUSY for a pinned one, ENOMEM if there is no other page.</returns>
    public Result SoftOffline(in MemoryBlock block, int page)
    {
        var place = Place(block, page);
        if (allocator.OwnerAt(block.Id, page) is not { } owner)
            return RetireFree(place, page);
        if (owner.Kind is PageKind.Kernel or PageKind.Pinned)
            return owner.Kind == PageKind.Kernel ? Errno.EIO : Errno.EBUSY;
        owner = transparent.DivideAt(place, page, owner);
        if (owner.Kind is not (PageKind.HugetlbFree or PageKind.Poisoned) && !Replace(place, owner))
            return Errno.ENOMEM;
        return Lose(place, page, owner);
    }

    /// <summary>Takes a page away from the program that uses it.</summary>
    /// <returns>Success; EBUSY for a page of the kernel.</returns>
    public Result HardOffline(in MemoryBlock block, int page)
    {
        var place = Place(block, page);
        if (allocator.OwnerAt(block.Id, page) is not { } owner)
            return RetireFree(place, page);
        return owner.Kind == PageKind.Kernel ? Errno.EBUSY : Lose(place, page, transparent.DivideAt(place, page, owner));
    }

    /// <summary>Frees the retired pages of a block that goes offline.</summary>
    public void Offlined(in MemoryBlock block)
    {
        var place = new PagePlace(block.Id, block.Node.Zone(block.Zones.Lowest));
        if (_retired is not null)
            place.Zone.Usage.Isolated += allocator.FreeAt(place, _retired, block.Pages.Length);
    }

    /// <summary>The zone of a page. The first page of the machine, which is in none, counts to the lowest zone of its block.</summary>
    private PagePlace Place(in MemoryBlock block, int page)
    {
        var (id, pfn) = (block.Id, block.Pages.Start + page);
        return new PagePlace(id, memory.ZonesOf(block).First(zone => memory.PagesIn(id, zone).End > pfn));
    }

    private Result RetireFree(PagePlace place, int page)
    {
        if (takesFreePages && allocator.IsFree(place.Block, page))
            allocator.Reassign(place, page, Retired);
        return Result.Ok;
    }

    /// <summary>Allocates a page, or a huge page, in place of one.</summary>
    private bool Replace(PagePlace place, PageOwner owner)
    {
        var (pages, node) = (owner.PagesPerUnit, place.Zone.Node);
        // The buddy allocator makes no gigantic page, so only the pools have some.
        var found = owner.Kind.IsHuge() && hugePages.Of(owner) is { IsGigantic: true } pools
            ? pools.Take(owner, pages, node)
            : allocator.Allocate(owner, pages, allocator.ZoneList(node, ZoneType.Movable), ZoneType.Movable, AllocationDepth.Min);
        memory.MigratedPages += found;
        return found == pages;
    }

    /// <summary>Retires a page of an owner. Of a huge page the other pages become free.</summary>
    private Result Lose(PagePlace place, int page, PageOwner owner)
    {
        if (owner.PagesPerUnit > memory.PagesPerBlock)
            hugePages.Gigantic.Free(place, owner);
        else if (owner.Kind.IsHuge())
            allocator.FreeRun(place, owner, page / owner.PagesPerUnit * owner.PagesPerUnit, owner.PagesPerUnit);
        if (owner.Kind != PageKind.HugetlbFree)
            allocator.Reassign(place, page, Retired);
        else
            RetireFree(place, page);
        return Result.Ok;
    }

    /// <summary>Passes who has the retired pages through a stream.</summary>
    public void Transfer(StateStream state) => _retired = allocator.TransferOwner(state, _retired);
}
