using HotplugFs.Engine.Pages;
using HotplugFs.Engine.Policies;

namespace HotplugFs.Engine;

/// <summary>
/// The pages that were retired because of memory errors (mm/memory-failure.c). Source: docs/kernels.md, "Retired pages".
/// </summary>
public sealed class PoisonedPages
{
    private readonly PhysicalMemory _memory;
    private readonly KernelRules _rules;
    private readonly PageRetirement _retirement;
    private readonly HotplugLock _lock;
    private readonly MachineEvents _events;

    /// <summary>Page frame numbers by block; a block without a retired page has no entry.</summary>
    private readonly Dictionary<BlockId, HashSet<long>> _pages = [];

    internal PoisonedPages(
        PhysicalMemory memory, KernelRules rules, PageRetirement retirement, HotplugLock hotplugLock, MachineEvents events) =>
        (_memory, _rules, _retirement, _lock, _events) = (memory, rules, retirement, hotplugLock, events);

    /// <summary>
    /// Number of pages that were retired, which <c>HardwareCorrupted</c> of /proc/meminfo shows. It falls when their blocks are removed,
    /// unless the kernel has forgotten the pages by then.
    /// </summary>
    public int Count { get; private set; }

    /// <summary>Moves the content of a page elsewhere and retires the page (soft_offline_page).</summary>
    /// <param name="address">A physical address in the page.</param>
    /// <returns>
    /// Success; EBUSY, on some kernels, for a page that is retired already; ENXIO if there is no memory; EIO if the block is offline, and for
    /// a page of the kernel; EBUSY for a pinned page; ENOMEM if there is no other page for the content; EWAITING while a hotplug operation
    /// waits, which no signal ends.
    /// </returns>
    public Result SoftOffline(ulong address)
    {
        if (_lock.IsHeldByOther)
            return Errno.EWAITING;
        if (BlockAt(address) is not { } block)
            return NoMemory("soft_offline_page", address);
        if (block.State != MemoryBlockState.Online)
            return Refuse("soft_offline_page", address, Errno.EIO, RefusalRule.MemoryOffline, $"{block.Id} is offline");
        if (IsRetired(block.Id, address))
        {
            return _rules.RetiredPagesAreBusy
                ? Refuse("soft_offline_page", address, Errno.EBUSY, RefusalRule.PageRetired, "the page is retired already")
                : Result.Ok;
        }
        // Which pages of boot memory the kernel uses is not known; of other blocks it is, and only a setting speaks for all their pages.
        if (_memory.IsolatePages(block) is { } busy && (block.HasKernelPages || !_retirement.HoldsKernelPages(block.Id)))
            return Refuse("soft_offline_page", address, Errno.EIO, busy.Rule, $"the page of {block.Id} cannot be moved away: {busy.Reason}");
        if (_retirement.SoftOffline(block, PageIn(block, address)).Failed(out var error))
            return Refuse("soft_offline_page", address, error, RefusalRule.UnmovablePages, "the content of the page cannot be moved away");
        Retire(block.Id, address);
        return Result.Ok;
    }

    /// <summary>Retires a page as a hardware error does (memory_failure).</summary>
    /// <param name="address">A physical address in the page.</param>
    /// <returns>
    /// Success; ENXIO or EBUSY if there is no online memory; EHWPOISON, on most kernels, if the page is retired already; EBUSY for a page of
    /// the kernel, which counts as retired all the same.
    /// </returns>
    public Result HardOffline(ulong address)
    {
        if (BlockAt(address) is not { } block)
            return NoMemory("hard_offline_page", address, _rules.AbsentPagesAreBusy ? Errno.EBUSY : Errno.ENXIO);
        if (block.State != MemoryBlockState.Online)
            return Refuse("hard_offline_page", address, Errno.ENXIO, RefusalRule.MemoryOffline, $"{block.Id} is offline");
        if (IsRetired(block.Id, address) && _rules.RetiresPagesAgain)
            return Result.Ok;
        if (IsRetired(block.Id, address))
            return Refuse("hard_offline_page", address, Errno.EHWPOISON, RefusalRule.PageRetired, "the page is retired already");
        Retire(block.Id, address);
        if (_retirement.HardOffline(block, PageIn(block, address)).Failed(out var error))
        {
            block.Node.IgnoredFailures++;
            return Refuse("hard_offline_page", address, error, RefusalRule.UnmovablePages, "the kernel uses the page");
        }
        block.Node.HardwareFailures++;
        return Result.Ok;
    }

    /// <summary>The retired pages of a block, which it keeps while it is offline; ascending.</summary>
    public IReadOnlyList<long> PagesIn(BlockId id) => _pages.TryGetValue(id, out var pages) ? [.. pages.Order()] : [];

    /// <summary>Retires a page again in a machine that boots as it was saved; its content was moved away before.</summary>
    /// <exception cref="ArgumentException">No block has the page.</exception>
    internal void Restore(long page)
    {
        var address = (ulong)page * (ulong)_memory.PageSizeBytes;
        Retire((BlockAt(address) ?? throw new ArgumentException($"page {page} is retired, but no block has it")).Id, address);
    }

    /// <summary>Decides whether a block's retired pages keep it offline.</summary>
    /// <returns>The reason, or null if the block may come online.</returns>
    internal Refusal? CheckOnline(BlockId id) => _rules.RefusesPoisonedBlocks && _pages.ContainsKey(id)
        ? new Refusal(Errno.EHWPOISON, RefusalRule.PageRetired, "one of its pages is retired, until the block is removed")
        : null;

    /// <summary>The pages of a block that went offline are as new in kernels that forget them.</summary>
    internal void Offlined(BlockId id)
    {
        if (_rules.ForgetsPoisonedPages)
            _pages.Remove(id);
    }

    /// <summary>Forgets the pages of a block that is removed.</summary>
    internal void Removed(BlockId id)
    {
        if (_pages.Remove(id, out var pages))
            Count -= pages.Count;
    }

    private int PageIn(in MemoryBlock block, ulong address) => (int)((long)(address / (ulong)_memory.PageSizeBytes) - block.Pages.Start);

    private bool IsRetired(BlockId id, ulong address) =>
        _pages.TryGetValue(id, out var pages) && pages.Contains((long)(address / (ulong)_memory.PageSizeBytes));

    private void Retire(BlockId id, ulong address)
    {
        if (!_pages.TryGetValue(id, out var pages))
            _pages.Add(id, pages = []);
        pages.Add((long)(address / (ulong)_memory.PageSizeBytes));
        Count++;
    }

    private MemoryBlock? BlockAt(ulong address)
    {
        var number = address / (ulong)_memory.BlockSizeBytes;
        return number <= BlockId.MaxNumber && _memory.TryGetBlock(new BlockId((int)number), out var block) ? block : null;
    }

    private Errno NoMemory(string file, ulong address, Errno error = Errno.ENXIO) =>
        Refuse(file, address, error, RefusalRule.NotFound, "no memory block has this address");

    private Errno Refuse(string file, ulong address, Errno error, RefusalRule rule, string reason)
    {
        _events.Log.AddRefusal(rule, $"{file}: 0x{address:x}", reason);
        return error;
    }

    /// <summary>Passes the retired pages through a stream.</summary>
    internal void Transfer(StateStream state)
    {
        Count = state.Number(Count);
        _pages.Replace(state, state.List(_pages, block => new(
            new BlockId(state.Number(block.Key.Number)),
            [.. state.List<long>(block.Value ?? [], state.Number)])));
    }
}
