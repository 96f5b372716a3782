using HotplugFs.Engine.Faults;
using HotplugFs.Engine.Policies;

namespace HotplugFs.Engine;

/// <summary>
/// The driver that adds the memory of dax devices in blocks (drivers/dax/kmem.c). Source: docs/kernels.md, "Dax devices"; recordings
/// <c>tests/dax</c>.
/// </summary>
internal sealed class KmemDriver(
    PhysicalMemory memory, KernelRules rules, MemmapOnMemory memmap, MemoryHotplug hotplug, MemorySubsystem devices, FaultInjection faults,
    MachineEvents events)
{
    private const string Unplugging = "state: unplugged";

    /// <summary>The blocks that went offline, with the requests that would online them as before, of an unplug that waits.</summary>
    private List<(BlockId Block, OnlineType Request)>? _unplugging;

    /// <summary>Refuses a device whose blocks of an earlier time could not be removed.</summary>
    public Errno RefuseBlocks(DaxDevice device, string request) => Refuse(
        device.Name, request, Errno.EBUSY, RefusalRule.BlockStaysOnline,
        $"blocks from {device.Blocks[0].First} on could not be removed, and keep the memory until the machine boots");

    /// <summary>Adds the whole blocks of all ranges, and onlines them.</summary>
    /// <param name="request">What is asked for, for the log.</param>
    /// <param name="online">How the blocks are onlined, if at all.</param>
    /// <returns>Success, also if blocks of some ranges could not be added; the errno that refused; EWAITING if a fault delays it.</returns>
    public Result Add(DaxDevice device, string request, OnlineType online)
    {
        var parts = new List<(BlockId First, int Count)>();
        foreach (var range in device.Ranges)
        {
            var (first, end) = ((range.Start + memory.BlockSizeBytes - 1) / memory.BlockSizeBytes, range.End / memory.BlockSizeBytes);
            if (end > first)
                parts.Add((new BlockId((int)first), (int)(end - first)));
        }
        if (parts.Count == 0)
        {
            return Refuse(device.Name, request, Errno.EINVAL, RefusalRule.NotAligned,
                $"no range has a whole memory block of {memory.BlockSizeBytes} bytes");
        }
        if (device.Blocks.Count > 0)
            return RefuseBlocks(device, request);
        if (faults.Pass(FaultPoint.Plug, SubjectOf(device), waits: true, out var refusal).Failed(out var error))
            return error == Errno.EWAITING ? error : Refuse(device.Name, request, error, refusal!.Rule, refusal.Reason);
        foreach (var (first, count) in parts)
        {
            if (memory.FindConflict(first, count, device.Region) is { } conflict)
                error = Refuse(device.Name, request, Errno.EEXIST, RefusalRule.Taken, conflict);
            else if (AddGroup(device, first, count, online).Failed(out error))
                Refuse(device.Name, request, error, RefusalRule.NotEnoughMemory, "there is no room for the descriptors of its pages");
        }
        // What could be added stays, if another range could not.
        return device.Blocks.Count > 0 ? Result.Ok : error;
    }

    private Result AddGroup(DaxDevice device, BlockId first, int count, OnlineType online)
    {
        var memmapPages = device.HoldsItsMemmap ? rules.MemmapPages(memmap, memory, count) : 0;
        var blocks = memory.AddDaxBlocks(device.Name, device.Region.Node, first, count, memmapPages);
        if (hotplug.AddMemory(device.Region.Node, first, count, blocks).Failed(out var error))
        {
            memory.DaxBlocks.Remove(blocks.Index);
            return error;
        }
        device.Blocks.Add(blocks);
        devices.OnlineNewBlocks(first, count, online);
        return Result.Ok;
    }

    /// <summary>Removes the blocks of each range that is offline as a whole.</summary>
    /// <returns>Success, also if blocks stay; EWAITING if a fault delays it.</returns>
    public Result Remove(DaxDevice device)
    {
        if (faults.Pass(FaultPoint.Unplug, SubjectOf(device), waits: true, out var refusal).Failed(out var error) && error == Errno.EWAITING)
            return error;
        foreach (var blocks in device.Blocks.ToArray())
        {
            var obstacle = refusal;
            if (obstacle is null && FirstOnline(blocks) is { } online)
                obstacle = new Refusal(Errno.EBUSY, RefusalRule.BlockStaysOnline, $"{online} is online");
            if (obstacle is not null)
            {
                events.Log.AddRefusal(obstacle.Rule, $"{device.Name}: unbind from kmem",
                    $"{obstacle.Reason}; the blocks from {blocks.First} on cannot be removed until the machine boots");
                continue;
            }
            RemoveGroup(device, blocks);
        }
        return Result.Ok;
    }

    /// <summary>Takes all blocks of a device offline and removes them; if one refuses, those that went offline are onlined as before.</summary>
    /// <returns>Success; the errno with which a block refused; EINTR after a signal; EWAITING while a block or a fault waits.</returns>
    public Result Unplug(DaxDevice device)
    {
        // An unplug whose blocks wait has passed the fault already.
        if (_unplugging is null && faults.Pass(FaultPoint.Unplug, SubjectOf(device), waits: true, out var refusal).Failed(out var error))
            return error == Errno.EWAITING ? error : Refuse(device.Name, Unplugging, error, refusal!.Rule, refusal.Reason);
        var offlined = _unplugging ?? [];
        _unplugging = null;
        foreach (var blocks in device.Blocks)
        {
            for (var id = blocks.First; id.Number < blocks.First.Number + blocks.Count; id = new BlockId(id.Number + 1))
            {
                var block = memory[id];
                if (!block.DeviceOnline)
                    continue;
                var before = block.Zones.Has(ZoneType.Movable) ? OnlineType.OnlineMovable : OnlineType.OnlineKernel;
                if (devices.Offline(id).TryGet(out _, out error))
                    offlined.Add((id, before));
                else if (error == Errno.EWAITING)
                    return Wait(offlined);
                else
                    return Undo(device, id, offlined, error);
            }
        }
        foreach (var blocks in device.Blocks.ToArray())
            RemoveGroup(device, blocks);
        return Result.Ok;
    }

    /// <summary>Forgets the unplug that waits.</summary>
    public void Abandon() => _unplugging = null;

    private Errno Wait(List<(BlockId Block, OnlineType Request)> offlined)
    {
        _unplugging = offlined;
        return Errno.EWAITING;
    }

    private Errno Undo(DaxDevice device, BlockId busy, List<(BlockId Block, OnlineType Request)> offlined, Errno error)
    {
        var rollback = offlined.Count == 0 ? "" : "; the kernel onlines the blocks again that it offlined before";
        foreach (var (block, request) in offlined)
            devices.Online(block, request);
        return Refuse(device.Name, Unplugging, error, RefusalRule.BlockStaysOnline, $"{busy} cannot go offline{rollback}");
    }

    private void RemoveGroup(DaxDevice device, DaxMemory blocks)
    {
        device.Blocks.Remove(blocks);
        memory.DaxBlocks.Remove(blocks.Index);
        hotplug.RemoveMemory(blocks.Node, blocks.First, blocks.Count, blocks);
    }

    private BlockId? FirstOnline(DaxMemory blocks)
    {
        for (var number = blocks.First.Number; number < blocks.First.Number + blocks.Count; number++)
            if (memory[new BlockId(number)].State != MemoryBlockState.Offline)
                return new BlockId(number);
        return null;
    }

    private FaultSubject SubjectOf(DaxDevice device)
    {
        var (first, end) = memory.BlocksOf(device.Region.Memory);
        return new FaultSubject(first, end - 1, device.Region.Node.Number, Dimm: null);
    }

    private Errno Refuse(string name, string request, Errno error, RefusalRule rule, string reason)
    {
        events.Log.AddRefusal(rule, $"{name}: {request}", reason);
        return error;
    }
}
