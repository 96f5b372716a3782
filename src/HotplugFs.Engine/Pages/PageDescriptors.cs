namespace HotplugFs.Engine.Pages;

/// <summary>
/// The descriptors of the pages of added memory (struct page, the memory map), which are allocated from memory that is there already.
/// Source: docs/kernels.md, "Page descriptors".
/// </summary>
/// <remarks>Those of the devices that are there at boot belong to what boot took, so no page is allocated for them.</remarks>
public sealed class PageDescriptors
{
    private readonly PhysicalMemory _memory;
    private readonly PageAllocator _allocator;

    /// <summary>Number of blocks of boot memory.</summary>
    private readonly int _bootBlocks;

    /// <summary>The blocks whose descriptors were allocated.</summary>
    private readonly BlockSet _blocks = new();

    /// <summary>The owner of the descriptors of each node's added memory.</summary>
    private readonly Dictionary<NumaNode, PageOwner> _owners = [];
    private bool _isBooted;

    internal PageDescriptors(PhysicalMemory memory, PageAllocator allocator)
    {
        (_memory, _allocator) = (memory, allocator);
        _bootBlocks = memory.Blocks.Count - memory.Dimms.Sum(memory.CountBlocks) - memory.VirtioMem.Values.Sum(device => device.Blocks.Count);
    }

    /// <summary>Number of pages with descriptors of boot memory.</summary>
    public long OfBootBlocks => _bootBlocks * _memory.DescriptorPagesPerBlock;

    /// <summary>Number of pages with descriptors of added memory, wherever they are.</summary>
    public long OfAddedBlocks => (_memory.Blocks.Count - _bootBlocks) * _memory.DescriptorPagesPerBlock;

    /// <summary>Where the descriptors of a node's added memory are.</summary>
    public IEnumerable<PagesInBlock> Places(NumaNode node) => _owners.TryGetValue(node, out var owner) ? owner.PagesInBlocks : [];

    /// <summary>Ends the boot: from now on, added memory needs descriptors.</summary>
    internal void Booted() => _isBooted = true;

    /// <summary>Allocates the descriptors of a node's devices at known places; the highest blocks are those that were plugged last.</summary>
    /// <returns>Success, or ENOMEM if the pages are not all free.</returns>
    internal Result Restore(NumaNode node, IReadOnlyList<PagesInBlock> places)
    {
        var rest = places.Sum(place => (long)place.Pages) / _memory.DescriptorPagesPerBlock;
        for (var number = node.Blocks.Previous(BlockId.MaxNumber); number >= 0 && rest > 0; number = node.Blocks.Previous(number - 1), rest--)
            _blocks.Add(number);
        return places.Count == 0 ? Result.Ok : _allocator.Restore(OwnerOf(node), places);
    }

    /// <summary>Allocates the descriptors of new blocks: from the kernel zones of their node first, then of the others.</summary>
    /// <returns>False if the memory is not there; nothing is allocated then.</returns>
    internal bool TryAdd(NumaNode node, BlockId first, int count)
    {
        List<Zone> zones = [.. _allocator.ZoneList(node, ZoneType.Normal)];
        // Only settings that let the kernel's own blocks go offline leave a machine without memory for the kernel.
        if (!_isBooted || zones.Count == 0)
            return true;
        var (owner, pages, found) = (OwnerOf(node), count * _memory.DescriptorPagesPerBlock, 0L);
        foreach (var depth in (ReadOnlySpan<AllocationDepth>)[AllocationDepth.Low, AllocationDepth.Min])
            found += _allocator.Allocate(owner, pages - found, zones, ZoneType.Normal, depth);
        if (found < pages)
        {
            _allocator.Free(owner, found);
            return false;
        }
        for (var number = first.Number; number < first.Number + count; number++)
            _blocks.Add(number);
        return true;
    }

    /// <summary>Frees the descriptors of blocks that are removed.</summary>
    /// <remarks>There are fewer if a setting let the block that held them go offline.</remarks>
    internal void Remove(NumaNode node, BlockId first, int count)
    {
        var pages = 0L;
        for (var number = first.Number; number < first.Number + count; number++)
            pages += _blocks.Remove(number) ? _memory.DescriptorPagesPerBlock : 0;
        if (pages > 0)
            _allocator.Free(OwnerOf(node), Math.Min(OwnerOf(node).Pages, pages));
    }

    private PageOwner OwnerOf(NumaNode node)
    {
        if (!_owners.TryGetValue(node, out var owner))
            _owners.Add(node, owner = _allocator.AddOwner(PageKind.Kernel, prefersKernelBlocks: true));
        return owner;
    }

    /// <summary>Passes which blocks have descriptors, and where, through a stream.</summary>
    internal void Transfer(StateStream state)
    {
        _blocks.Transfer(state);
        _owners.Replace(state, state.List(_owners, each => new(
            _memory.TransferNode(state, each.Key)!, _allocator.TransferOwner(state, each.Value)!)));
    }
}
