using HotplugFs.Abi;
using HotplugFs.Engine.Memory;

namespace HotplugFs.Engine;

// Taking single pages out of use (soft_offline_page, memory_failure). Source: modern.md, "soft_offline_page, hard_offline_page".
public sealed partial class Machine
{
    /// <summary>The pages out of use, by block; blocks without one have no entry.</summary>
    private readonly Dictionary<BlockId, HashSet<long>> _poisonedPages = [];

    /// <summary>Number of pages that were taken out of use.</summary>
    public int PoisonedPages => _poisonedPages.Values.Sum(pages => pages.Count);

    /// <summary>Moves a page's content away and takes the page out of use.</summary>
    /// <param name="address">A physical address in the page.</param>
    /// <returns>
    /// Success, also for one that is out of use already; ENXIO where there is no memory; EIO in an offline block and where kernel pages are.
    /// </returns>
    public Result SoftOfflinePage(ulong address)
    {
        if (BlockAt(address) is not { } block)
            return NoMemory("soft_offline_page", address);
        if (block.State != MemoryBlockState.Online)
            return RefusePage("soft_offline_page", address, Errno.EIO, $"{block.Id} is offline");
        if (!IsolatePages(block).IsOk)
            return RefusePage("soft_offline_page", address, Errno.EIO, $"{block.Id} holds pages of the kernel, which cannot be moved away");
        PoisonedPagesOf(block.Id).Add(PageAt(address));
        return Result.Ok;
    }

    /// <summary>Takes a page out of use as a hardware error would.</summary>
    /// <param name="address">A physical address in the page.</param>
    /// <returns>Success; ENXIO where there is no memory online; EHWPOISON for one that is out of use already.</returns>
    public Result HardOfflinePage(ulong address)
    {
        if (BlockAt(address) is not { } block)
            return NoMemory("hard_offline_page", address);
        if (block.State != MemoryBlockState.Online)
            return RefusePage("hard_offline_page", address, Errno.ENXIO, $"{block.Id} is offline");
        if (!PoisonedPagesOf(block.Id).Add(PageAt(address)))
            return RefusePage("hard_offline_page", address, Errno.EHWPOISON, "the page is out of use already");
        block.Node.HardwareFailures++;
        return Result.Ok;
    }

    private static long PageAt(ulong address) => (long)(address / PhysicalMemory.PageSizeBytes);

    private HashSet<long> PoisonedPagesOf(BlockId id)
    {
        if (!_poisonedPages.TryGetValue(id, out var pages))
            _poisonedPages.Add(id, pages = []);
        return pages;
    }

    private Refusal? CheckPoison(BlockId id) => Profile.PoisonKeepsOffline && _poisonedPages.ContainsKey(id)
        ? new Refusal(Errno.EHWPOISON, "a page of it was taken out of use; unplug it and plug it again")
        : null;

    private MemoryBlock? BlockAt(ulong address)
    {
        var number = address / (ulong)BlockSizeBytes;
        return number <= BlockId.MaxNumber && TryGetBlock(new BlockId((int)number), out var block) ? block : null;
    }

    private Errno NoMemory(string file, ulong address) => RefusePage(file, address, Errno.ENXIO, "there is no memory block at that address");

    private Errno RefusePage(string file, ulong address, Errno error, string reason)
    {
        Log($"{file}: 0x{address:x} refused: {reason}");
        return error;
    }
}
