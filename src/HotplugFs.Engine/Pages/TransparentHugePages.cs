namespace HotplugFs.Engine.Pages;

/// <summary>
/// The transparent huge pages of loads: how they are divided, and what became of them since boot (<c>thp_*</c> of <c>/proc/vmstat</c>).
/// Each is a pageblock. Source: docs/kernels.md, "Transparent huge pages".
/// </summary>
public sealed class TransparentHugePages
{
    private readonly PhysicalMemory _memory;
    private readonly PageAllocator _allocator;

    internal TransparentHugePages(PhysicalMemory memory, PageAllocator allocator, bool exist) =>
        (_memory, _allocator, PagesPerUnit) = (memory, allocator, exist ? memory.PagesPerPageblock : 0);

    /// <summary>Number of pages in one; 0 if the kernel has none.</summary>
    public int PagesPerUnit { get; }

    /// <summary>How many programs got (<c>thp_fault_alloc</c>).</summary>
    public long Allocated { get; internal set; }

    /// <summary>How many moved whole (<c>thp_migration_success</c>).</summary>
    public long Migrated { get; internal set; }

    /// <summary>How many were divided into single pages (<c>thp_split_page</c>).</summary>
    public long Divided { get; private set; }

    /// <summary>Divides huge pages of a block into single pages, where they are (split_huge_page).</summary>
    /// <param name="owner">The owner of transparent huge pages.</param>
    /// <param name="count">Number of pages, whole huge pages.</param>
    /// <returns>The owner of the single pages.</returns>
    internal PageOwner Divide(PagePlace place, PageOwner owner, long count) => Divide(place, owner, count, _allocator.Range(place));

    /// <summary>Divides huge pages of some pageblocks.</summary>
    /// <inheritdoc cref="Divide(PagePlace, PageOwner, long)"/>
    internal PageOwner Divide(PagePlace place, PageOwner owner, long count, (int From, int To) pageblocks)
    {
        var single = _allocator.SinglePagesOf(owner)!;
        Divided += _allocator.HandOverAt(place, owner, single, count, pageblocks) / PagesPerUnit;
        return single;
    }

    /// <summary>Divides the huge page that holds a page, if one does.</summary>
    /// <param name="page">The page, counted from the block's first.</param>
    /// <param name="owner">Its owner.</param>
    /// <returns>The owner of the page then.</returns>
    internal PageOwner DivideAt(PagePlace place, int page, PageOwner owner)
    {
        var pageblock = page >> _memory.PageblockOrder;
        return owner.SinglePages == 0 ? owner : Divide(place, owner, PagesPerUnit, (pageblock, pageblock + 1));
    }

    /// <summary>Passes the counts through a stream.</summary>
    internal void Transfer(StateStream state)
    {
        Allocated = state.Number(Allocated);
        Migrated = state.Number(Migrated);
        Divided = state.Number(Divided);
    }
}
