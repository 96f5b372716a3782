using HotplugFs.Engine.Faults;
using HotplugFs.Engine.Policies;

namespace HotplugFs.Engine;

/// <summary>
/// Plugs and ejects DIMMs, as ACPI's driver for memory devices does (drivers/acpi/acpi_memhotplug.c, drivers/acpi/scan.c).
/// Source: docs/kernels.md, "Adding memory", "Removing memory".
/// </summary>
internal sealed class DimmHotplug(
    PhysicalMemory memory, KernelRules rules, MemmapOnMemory memmap, MemoryHotplug hotplug, MemorySubsystem devices, FaultInjection faults,
    DimmPlacement placement, HotplugLock hotplugLock, MachineEvents events)
{
    /// <summary>The blocks that went offline, and those that refused, of an unplug that waits.</summary>
    private (BlockSet Offlined, BlockSet Refused)? _waiting;

    /// <summary>True while an unplug waits for its blocks.</summary>
    private bool _isUnplugging;

    /// <inheritdoc cref="Machine.Plug"/>
    public Result<Dimm> Plug(DimmDefinition definition)
    {
        if (hotplugLock.Enter(out var operation).Failed(out var waits))
            return waits;
        using var held = operation;
        if (!placement.Find(definition).TryGet(out var place, out var error))
            return error;
        var (node, first, count) = place;
        var subject = new FaultSubject(first.Number, first.Number + count - 1, node.Number, definition.Id);
        if (faults.Pass(FaultPoint.Plug, subject, waits: true, out var refusal).Failed(out error))
            return error == Errno.EWAITING ? error : placement.Refuse(definition, error, refusal!.Rule, refusal.Reason);
        var dimm = memory.Dimms.Add(definition.Id, node, first, count, rules.MemmapPages(memmap, memory, count));
        events.Raise(new FirmwareDeviceAdded(dimm));
        if (memory.Blocks.Contains(first.Number))
            Adopt(dimm);
        else if (hotplug.AddMemory(node, first, count, dimm).Failed(out error))
        {
            memory.Dimms.Remove(dimm);
            events.Raise(new FirmwareDeviceRemoved(dimm));
            var size = count * memory.DescriptorPagesPerBlock * memory.PageSizeBytes;
            return placement.Refuse(
                definition, error, RefusalRule.NotEnoughMemory, $"there is no room for the descriptors of its pages, {size >> 10} KiB");
        }
        try
        {
            devices.AutoOnlineBlocks(first, count);
        }
        finally
        {
            // The DIMM is there, also if a notifier threw.
            events.Raise(new DimmAdded(dimm));
        }
        return dimm;
    }

    /// <summary>The blocks that were left behind serve the DIMM as they are.</summary>
    private void Adopt(Dimm dimm)
    {
        for (var number = dimm.First.Number; number <= dimm.Last.Number; number++)
            memory.Record(new BlockId(number)).Device = dimm.Index;
        events.Log.Add($"dimm {dimm.Id}: {dimm.First} to {dimm.Last} are still there and stay as they are");
    }

    /// <inheritdoc cref="Machine.Unplug"/>
    public Result Unplug(Dimm dimm)
    {
        if (hotplugLock.Enter(out var operation).Failed(out var waits))
            return waits;
        using var held = operation;
        var subject = new FaultSubject(dimm.First.Number, dimm.Last.Number, dimm.Node.Number, dimm.Id);
        // An unplug whose blocks wait has passed the fault already.
        if (!_isUnplugging && faults.Pass(FaultPoint.Unplug, subject, waits: true, out var refusal).Failed(out var error))
        {
            if (error != Errno.EWAITING)
                events.Log.AddRefusal(refusal!.Rule, $"dimm {dimm.Id}: unplug", refusal.Reason);
            return error;
        }
        var removed = Remove(dimm);
        _isUnplugging = removed.Failed(out error) && error == Errno.EWAITING;
        return removed;
    }

    private Result Remove(Dimm dimm)
    {
        if (rules.EjectKeepsBlocks)
            return Eject(dimm);
        if (OfflineBlocks(dimm).Failed(out var error))
            return error;
        if (FirstOnlineBlock(dimm) is { } online)
        {
            events.Log.AddRefusal(
                RefusalRule.OnlineWithoutDevice, $"dimm {dimm.Id}: unplug",
                $"{online} was onlined by auto_online_blocks without its device; a real {rules.Name} kernel crashes here");
            return Errno.EIO;
        }
        memory.Dimms.Remove(dimm);
        hotplug.RemoveMemory(dimm.Node, dimm.First, dimm.Count, dimm);
        events.Raise(new FirmwareDeviceRemoved(dimm));
        events.Raise(new DimmRemoved(dimm));
        return Result.Ok;
    }

    /// <summary>
    /// Takes the blocks offline in ascending order, up to the first that refuses, and the DIMM out of the machine
    /// (docs/kernels.md, "Removing memory").
    /// </summary>
    /// <returns>Success; EWAITING if a block waits.</returns>
    private Result Eject(Dimm dimm)
    {
        var refused = false;
        for (var number = dimm.First.Number; number <= dimm.Last.Number && !refused; number++)
        {
            if (memory[new BlockId(number)].DeviceOnline && !devices.Offline(new BlockId(number)).TryGet(out _, out var error))
            {
                if (error == Errno.EWAITING)
                    return error;
                refused = true;
                events.Log.Add($"dimm {dimm.Id}: memory{number} did not go offline; it is ejected all the same");
            }
        }
        for (var number = dimm.First.Number; number <= dimm.Last.Number; number++)
            memory.Record(new BlockId(number)).Device = -1;
        memory.Dimms.Remove(dimm);
        events.Raise(new FirmwareDeviceRemoved(dimm));
        events.Raise(new DimmRemoved(dimm));
        return Result.Ok;
    }

    /// <summary>
    /// Offlines the blocks whose devices are online in ascending order, and those that refused a second time. If one refuses again, the
    /// blocks that went offline are onlined.
    /// </summary>
    /// <returns>Success; EBUSY if a block refused twice; EINTR after a signal; EWAITING if a block waits.</returns>
    private Result OfflineBlocks(Dimm dimm)
    {
        // What was done before the wait.
        var (offlined, refused) = _waiting ?? (new BlockSet(), new BlockSet());
        _waiting = null;
        for (var number = dimm.First.Number; number <= dimm.Last.Number; number++)
        {
            if (!memory[new BlockId(number)].DeviceOnline || refused.Contains(number))
                continue;
            var isOffline = devices.Offline(new BlockId(number)).TryGet(out _, out var error);
            if (error == Errno.EWAITING)
                return Wait(offlined, refused);
            // A notifier may answer with EINTR, too; that is an ordinary refusal.
            if (error == Errno.EINTR && hotplugLock.IsInterrupted)
                return Undo(dimm, new BlockId(number), offlined, error);
            (isOffline ? offlined : refused).Add(number);
        }
        return OfflineRefusedBlocks(dimm, offlined, refused);
    }

    private Result OfflineRefusedBlocks(Dimm dimm, BlockSet offlined, BlockSet refused)
    {
        foreach (var number in refused.Members())
        {
            var block = memory[new BlockId(number)];
            if (!block.DeviceOnline)
                continue;
            if (block.State != MemoryBlockState.GoingOffline)
                events.Log.Add($"dimm {dimm.Id}: unplug: the kernel tries {block.Id} a second time");
            if (devices.Offline(block.Id).TryGet(out _, out var error))
                offlined.Add(number);
            else if (error == Errno.EWAITING)
                return Wait(offlined, refused);
            else
                return Undo(dimm, block.Id, offlined, error == Errno.EINTR && hotplugLock.IsInterrupted ? error : Errno.EBUSY);
        }
        return Result.Ok;
    }

    private Errno Wait(BlockSet offlined, BlockSet refused)
    {
        _waiting = (offlined, refused);
        return Errno.EWAITING;
    }

    private Errno Undo(Dimm dimm, BlockId busy, BlockSet offlined, Errno error)
    {
        var rollback = offlined.Count == 0 ? "" : "; the kernel onlines the blocks again that it offlined for the unplug";
        events.Log.AddRefusal(RefusalRule.BlockStaysOnline, $"dimm {dimm.Id}: unplug", $"{busy} cannot go offline{rollback}");
        foreach (var number in offlined.Members())
            devices.Online(new BlockId(number), memory[new BlockId(number)].Remembered);
        return error;
    }

    /// <summary>Forgets the unplug that waits.</summary>
    public void Abandon() => (_waiting, _isUnplugging) = (null, false);

    private BlockId? FirstOnlineBlock(Dimm dimm)
    {
        for (var number = dimm.First.Number; number <= dimm.Last.Number; number++)
            if (memory[new BlockId(number)].State == MemoryBlockState.Online)
                return new BlockId(number);
        return null;
    }
}
