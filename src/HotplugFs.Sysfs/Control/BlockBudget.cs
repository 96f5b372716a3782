using HotplugFs.Sysfs.Formats;

namespace HotplugFs.Sysfs.Control;

/// <summary>Refuses blocks for which this process has no memory: the kernel kills a process that exceeds its limit (cgroups(7)).</summary>
/// <param name="time">Learns of a refusal, which is nothing of the machine.</param>
/// <param name="memoryLeft">Returns the bytes that this process may still use.</param>
internal sealed class BlockBudget(Machine machine, MachineTime time, Func<long> memoryLeft)
{
    /// <summary>
    /// What a block costs this process until its uevents are sent and its names are invalidated, in bytes. A plug of 65,536 blocks needs 100 a
    /// block.
    /// </summary>
    private const long BytesPerBlock = 128;

    /// <summary>Below this number of blocks, the limit is not read.</summary>
    private const long FreeBlocks = 1024;

    /// <summary>True while changes are made again, for which there was memory.</summary>
    public bool IsUnlimited { get; set; }

    /// <summary>Checks a request for memory.</summary>
    /// <param name="file">The file that was written to, for the log.</param>
    /// <param name="bytes">The simulated memory.</param>
    /// <returns>ENOMEM if this process has no memory for its blocks.</returns>
    public Result Check(string file, long bytes)
    {
        var blocks = bytes / machine.BlockSizeBytes;
        if (blocks < FreeBlocks || IsUnlimited)
            return Result.Ok;
        var left = memoryLeft();
        if (blocks * BytesPerBlock <= left)
            return Result.Ok;
        time.RefuseHere();
        var reason = string.Create(CultureInfo.InvariantCulture,
            $"{blocks} blocks need {blocks * BytesPerBlock >> 10} KiB; the memory limit of hotplugfs leaves {left >> 10} KiB");
        machine.LogRefused(file, reason, RefusalRule.NotEnoughMemory);
        return Errno.ENOMEM;
    }
}
