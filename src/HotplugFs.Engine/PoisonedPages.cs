using HotplugFs.Engine.Policies;

namespace HotplugFs.Engine;

/// <summary>
/// The pages that were retired because of memory errors (mm/memory-failure.c). Source: docs/kernels.md, "Retired pages".
/// </summary>
public sealed class PoisonedPages
{
    private readonly PhysicalMemory _memory;
    private readonly KernelRules _rules;
    private readonly HotplugLock _lock;
    private readonly MachineEvents _events;

    /// <summary>Page frame numbers by block; a block without a retired page has no entry.</summary>
    private readonly Dictionary<BlockId, HashSet<long>> _pages = [];

    internal PoisonedPages(PhysicalMemory memory, KernelRules rules, HotplugLock hotplugLock, MachineEvents events) =>
        (_memory, _rules, _lock, _events) = (memory, rules, hotplugLock, events);

    /// <summary>
    /// Number of pages that were retired, which <c>HardwareCorrupted</c> of /proc/meminfo shows. Where a block with such a page can come
    /// online again, the count never falls.
    /// </summary>
    public int Count { get; private set; }

    /// <summary>Moves the content of a page elsewhere and retires the page (soft_offline_page).</summary>
    /// <param name="address">A physical address in the page.</param>
    /// <returns>
    /// Success; EBUSY, on some kernels, for a page that is retired already; ENXIO if there is no memory; EIO if the block is offline or
    /// holds kernel pages;
    /// EWAITING while a hotplug operation waits, which no signal ends.
    /// </returns>
    public Result SoftOffline(ulong address)
    {
        if (_lock.IsHeldByOther)
            return Errno.EWAITING;
        if (BlockAt(address) is not { } block)
            return NoMemory("soft_offline_page", address);
        if (block.State != MemoryBlockState.Online)
            return Refuse("soft_offline_page", address, Errno.EIO, $"{block.Id} is offline");
        if (_rules.RetiredPagesAreBusy && IsRetired(block.Id, address))
            return Refuse("soft_offline_page", address, Errno.EBUSY, "the page is retired already");
        if (_memory.IsolatePages(block) is { } busy)
            return Refuse("soft_offline_page", address, Errno.EIO, $"the page of {block.Id} cannot be moved away: {busy.Reason}");
        Retire(block.Id, address);
        return Result.Ok;
    }

    /// <summary>Retires a page as a hardware error does (memory_failure).</summary>
    /// <param name="address">A physical address in the page.</param>
    /// <returns>Success; ENXIO or EBUSY if there is no online memory; EHWPOISON if the page is retired already.</returns>
    public Result HardOffline(ulong address)
    {
        if (BlockAt(address) is not { } block)
            return NoMemory("hard_offline_page", address, _rules.AbsentPagesAreBusy ? Errno.EBUSY : Errno.ENXIO);
        if (block.State != MemoryBlockState.Online)
            return Refuse("hard_offline_page", address, Errno.ENXIO, $"{block.Id} is offline");
        if (!Retire(block.Id, address) && !_rules.RetiresPagesAgain)
            return Refuse("hard_offline_page", address, Errno.EHWPOISON, "the page is retired already");
        block.Node.HardwareFailures++;
        return Result.Ok;
    }

    /// <summary>Decides whether a block's retired pages keep it offline.</summary>
    /// <returns>The reason, or null if the block may come online.</returns>
    internal Refusal? CheckOnline(BlockId id) => _rules.RefusesPoisonedBlocks && _pages.ContainsKey(id)
        ? new Refusal(Errno.EHWPOISON, "one of its pages is retired, until the block is removed")
        : null;

    /// <summary>The pages of a block that went offline are as new, where the block can come online again.</summary>
    internal void Offlined(BlockId id)
    {
        if (!_rules.RefusesPoisonedBlocks)
            _pages.Remove(id);
    }

    /// <summary>Forgets the pages of a block that is removed.</summary>
    internal void Removed(BlockId id)
    {
        if (_pages.Remove(id, out var pages))
            Count -= pages.Count;
    }

    private bool IsRetired(BlockId id, ulong address) =>
        _pages.TryGetValue(id, out var pages) && pages.Contains((long)(address / PhysicalMemory.PageSizeBytes));

    /// <returns>False if the page is retired already.</returns>
    private bool Retire(BlockId id, ulong address)
    {
        if (!_pages.TryGetValue(id, out var pages))
            _pages.Add(id, pages = []);
        var isNew = pages.Add((long)(address / PhysicalMemory.PageSizeBytes));
        Count += isNew ? 1 : 0;
        return isNew;
    }

    private MemoryBlock? BlockAt(ulong address)
    {
        var number = address / (ulong)_memory.BlockSizeBytes;
        return number <= BlockId.MaxNumber && _memory.TryGetBlock(new BlockId((int)number), out var block) ? block : null;
    }

    private Errno NoMemory(string file, ulong address, Errno error = Errno.ENXIO) =>
        Refuse(file, address, error, "no memory block has this address");

    private Errno Refuse(string file, ulong address, Errno error, string reason)
    {
        _events.Log($"{file}: 0x{address:x} refused: {reason}");
        return error;
    }
}
