namespace HotplugFs.Engine.Pages;

/// <summary>
/// Huge pages that are larger than any piece of the buddy allocator (hstate_is_gigantic): they are taken as whole runs of free memory, and
/// one may extend over several blocks. Source: docs/kernels.md, "Huge pages".
/// </summary>
internal sealed class GiganticPages(PhysicalMemory memory, PageAllocator allocator)
{
    /// <summary>Number of blocks that a huge page extends over, at least 1.</summary>
    public int BlocksOf(PageOwner owner) => (int)Math.Max(owner.PagesPerUnit / memory.PagesPerBlock, 1);

    /// <summary>True if a huge page of the owner that is in a block continues in the next one.</summary>
    public bool ContinueAfter(BlockId block, PageOwner owner) => (block.Number + 1) % BlocksOf(owner) != 0;

    /// <summary>Gives an owner free memory of zones.</summary>
    /// <param name="count">Number of pages, those of whole huge pages.</param>
    /// <param name="zones">The zones to look at, in this order.</param>
    /// <param name="isBoot">
    /// True to begin with the highest memory, as boot does, and to take blocks that hold pages of the kernel where there are no others: which
    /// pages those are is not known, and boot took the huge pages first.
    /// </param>
    /// <returns>How many pages the owner got.</returns>
    public long Allocate(PageOwner owner, long count, IEnumerable<Zone> zones, bool isBoot)
    {
        List<Zone> list = [.. zones];
        var found = Allocate(owner, count, list, isBoot, ofKernelBlocks: false);
        return found + (isBoot ? Allocate(owner, count - found, list, isBoot, ofKernelBlocks: true) : 0);
    }

    private long Allocate(PageOwner owner, long count, List<Zone> zones, bool descending, bool ofKernelBlocks)
    {
        var (found, blocks) = (0L, BlocksOf(owner));
        foreach (var zone in zones)
        {
            for (var first = Group(zone, blocks, descending, descending ? BlockId.MaxNumber : 0); first >= 0 && count - found >= owner.PagesPerUnit;
                first = Group(zone, blocks, descending, descending ? first - 1 : first + blocks))
            {
                if (AreUsable(zone, first, blocks, ofKernelBlocks))
                    found += Take(zone, first, blocks, owner, count - found);
            }
        }
        return found;
    }

    /// <summary>Frees the huge page of an owner that has pages in a block.</summary>
    /// <returns>How many pages were freed in all its blocks.</returns>
    public long Free(PagePlace place, PageOwner owner)
    {
        var (freed, blocks) = (0L, BlocksOf(owner));
        var first = place.Block.Number / blocks * blocks;
        for (var number = first; number < first + blocks; number++)
            freed += allocator.FreeAt(new PagePlace(new BlockId(number), place.Zone), owner, Math.Min(owner.PagesPerUnit, memory.PagesPerBlock));
        return freed;
    }

    /// <summary>True if the pages of an owner are whole huge pages.</summary>
    public bool AreWhole(PageOwner owner)
    {
        var blocks = BlocksOf(owner);
        var groups = owner.Places.GroupBy(place => (place.Key.Block.Number / blocks, place.Key.Zone));
        return groups.All(group => group.Sum(place => (long)place.Value) % owner.PagesPerUnit == 0);
    }

    /// <summary>Finds the first block of the next group of blocks that a huge page may extend over, or -1.</summary>
    private static int Group(Zone zone, int blocks, bool descending, int from)
    {
        var number = descending ? zone.Blocks.Previous(from) : zone.Blocks.Next(from);
        return number < 0 ? -1 : descending ? number / blocks * blocks : (number + blocks - 1) / blocks * blocks;
    }

    private bool AreUsable(Zone zone, int first, int blocks, bool ofKernelBlocks)
    {
        var hasKernelPages = false;
        for (var number = first; number < first + blocks; number++)
        {
            if (!zone.Blocks.Contains(number) || memory.Record(new BlockId(number)).State != MemoryBlockState.Online)
                return false;
            hasKernelPages |= memory.KernelBlocks.Contains(number);
            if (blocks > 1 && allocator.FreePagesIn(memory[new BlockId(number)]) < memory.PagesPerBlock)
                return false;
        }
        return hasKernelPages == ofKernelBlocks;
    }

    private long Take(Zone zone, int first, int blocks, PageOwner owner, long count)
    {
        var taken = 0L;
        for (var number = first; number < first + blocks; number++)
            taken += allocator.AllocateAt([new PagePlace(new BlockId(number), zone)], owner, blocks > 1 ? memory.PagesPerBlock : count);
        return taken;
    }
}
