using HotplugFs.Abi;
using HotplugFs.Engine.Memory;

namespace HotplugFs.Engine;

// Taking single pages out of use (soft_offline_page, memory_failure). Source: modern.md, "soft_offline_page, hard_offline_page".
public sealed partial class MemoryHotplug
{
    private readonly HashSet<long> _poisonedPages = [];

    /// <summary>Number of pages that were taken out of use.</summary>
    public int PoisonedPages => _poisonedPages.Count;

    /// <summary>Moves a page's content away and takes the page out of use.</summary>
    /// <param name="address">A physical address in the page.</param>
    /// <returns>Success, also for one that is out of use already; ENXIO where there is no memory; EIO in an offline block.</returns>
    public Result SoftOfflinePage(ulong address)
    {
        if (BlockAt(address) is not { } block)
            return NoMemory("soft_offline_page", address);
        if (block.State != MemoryBlockState.Online)
            return RefusePage("soft_offline_page", address, Errno.EIO, $"{block.Id} is offline");
        _poisonedPages.Add((long)(address / PageSizeBytes));
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
        return _poisonedPages.Add((long)(address / PageSizeBytes))
            ? Result.Ok
            : RefusePage("hard_offline_page", address, Errno.EHWPOISON, "the page is out of use already");
    }

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

    private void ForgetPoison(PfnRange pages)
    {
        if (_poisonedPages.Count > 0)
            _poisonedPages.RemoveWhere(page => page >= pages.Start && page < pages.End);
    }
}
