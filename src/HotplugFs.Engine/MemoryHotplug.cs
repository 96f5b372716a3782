using HotplugFs.Engine.Faults;
using HotplugFs.Engine.Notifiers;
using HotplugFs.Engine.Pages;
using HotplugFs.Engine.Policies;

namespace HotplugFs.Engine;

/// <summary>
/// Adds, onlines, offlines and removes memory (mm/memory_hotplug.c). The zone rules of the kernel are in its <see cref="ZonePolicy"/>.
/// Source: docs/kernels.md, "Offlining", "Adding memory", "Removing memory".
/// </summary>
internal sealed class MemoryHotplug(
    PhysicalMemory memory, KernelRules rules, MemoryInUse pages, NotifierChain notifiers, FaultInjection faults, PoisonedPages poisonedPages,
    HotplugLock hotplugLock, MachineEvents events, bool canOffline)
{
    /// <summary>The offline that waits for pages to move.</summary>
    private OfflineMove? _waitingOffline;

    /// <summary>The zones that a block had before the online that waits.</summary>
    private ZoneSet _zonesBeforeOnline;

    /// <summary>Onlines the pages of an offline block (online_pages).</summary>
    /// <param name="waits">False to take no time.</param>
    /// <returns>
    /// Success; the errno of the zone rule, fault or notifier that refused, with the reason in the log; EWAITING if a fault delays it.
    /// </returns>
    public Result OnlinePages(BlockId id, OnlineType request, bool waits)
    {
        if (!faults.IsWaiting)
        {
            _zonesBeforeOnline = memory[id].Zones;
            if ((poisonedPages.CheckOnline(id) ?? rules.Zones.PrepareOnline(memory, memory[id], request)) is { } refusal)
                return Refuse(id, request, refusal);
        }
        var block = memory[id];
        var argument = StatesChangedByOnline(block);
        if (AskToOnline(block, argument, waits, out var refused).Failed(out var error))
        {
            if (error == Errno.EWAITING)
                return error;
            var moved = memory[id].Zones == _zonesBeforeOnline ? "" : $"; the block stays offline, but in zone {block.Zones.Lowest.Name()}";
            return Refuse(id, request, refused! with { Reason = refused.Reason + moved });
        }
        AccountOnline(block);
        memory.Record(id).State = MemoryBlockState.Online;
        pages.Onlined(block);
        notifiers.Notify(MemoryAction.Online, argument);
        return Result.Ok;
    }

    /// <summary>Asks the faults and the notifiers. If one refuses or throws, the block leaves the zone that was prepared for it.</summary>
    /// <param name="refusal">Why it is refused, or null.</param>
    private Result AskToOnline(in MemoryBlock block, in MemoryNotify argument, bool waits, out Refusal? refusal)
    {
        var staysInZone = false;
        try
        {
            var answer = faults.Pass(FaultPoint.Online, block, waits, out refusal);
            if (answer.IsOk && notifiers.CallChain(MemoryAction.GoingOnline, argument, out var refusedBy).Failed(out var error))
            {
                refusal = new Refusal(error, RefusalRule.Notifier, $"{refusedBy!.Name} answered MEM_GOING_ONLINE with {error.Name()}");
                answer = error;
            }
            staysInZone = answer.IsOk || answer.Error == Errno.EWAITING;
            return answer;
        }
        finally
        {
            if (!staysInZone)
                rules.Zones.OnlineRefused(memory, block);
        }
    }

    /// <summary>
    /// Offlines the pages of an online block (offline_pages). Meanwhile the block is going-offline. If its pages cannot be moved now and the
    /// kernel waits, the operation waits, and the next call continues it.
    /// </summary>
    /// <param name="waits">False to take no time, and to fail with EBUSY instead of waiting.</param>
    /// <returns>Success; the errno of the zone rule, page or notifier that refused, with the reason in the log; EWAITING if it waits.</returns>
    public Result OfflinePages(BlockId id, bool waits)
    {
        var block = memory[id];
        var argument = StatesChangedByOffline(block);
        var isOffline = false;
        var move = _waitingOffline;
        _waitingOffline = null;
        try
        {
            memory.Record(id).State = MemoryBlockState.GoingOffline;
            if (move is null)
            {
                if (PrepareOffline(block, argument, out var fault) is { } refusal)
                    return Refuse(id, OnlineType.Offline, refusal);
                move = new OfflineMove(new BlockMigration(pages, rules.Pages, block, hotplugLock.Time, memory.PageSizeBytes), fault);
            }
            if (MovePages(move, block, waits).Failed(out var error))
            {
                if (error != Errno.EWAITING)
                    notifiers.Notify(MemoryAction.CancelOffline, argument);
                return error;
            }
            isOffline = true;
        }
        finally
        {
            if (!isOffline && _waitingOffline is null)
                CancelOffline(id);
        }
        CompleteOffline(block, argument);
        return Result.Ok;
    }

    /// <summary>
    /// Asks all that can keep a block online, in the kernel's order: the zone rule, then the pages, then the notifiers. A block with
    /// unmovable pages therefore never reaches the notifiers.
    /// </summary>
    /// <param name="fault">The fault that acts on the offline, or null.</param>
    /// <returns>The reason why the block stays online, or null.</returns>
    private Refusal? PrepareOffline(in MemoryBlock block, in MemoryNotify argument, out Fault? fault)
    {
        fault = null;
        if (!canOffline)
            return new Refusal(Errno.EINVAL, RefusalRule.NotSupported, "the kernel is built without CONFIG_MEMORY_HOTREMOVE");
        if (rules.Zones.CheckOffline(memory, block) is { } refusal)
            return refusal;
        fault = faults.TakeOffline(block);
        if (fault is { IsStanding: false, Outcome: { Error: { } failure, Time: null } })
            return new Refusal(failure, RefusalRule.Fault, $"{fault}");
        if (memory.IsolatePages(block) is { } busy)
            return busy;
        pages.Isolate(block);
        if (notifiers.CallChain(MemoryAction.GoingOffline, argument, out var refusedBy).Failed(out var error))
            return new Refusal(error, RefusalRule.Notifier, $"{refusedBy!.Name} answered MEM_GOING_OFFLINE with {error.Name()}");
        return null;
    }

    /// <summary>Moves the pages of a block away, in as many calls as it takes.</summary>
    /// <returns>Success; EWAITING if pages remain and the kernel waits; EINTR after a signal, and else the errno of the obstacle.</returns>
    private Result MovePages(OfflineMove move, in MemoryBlock block, bool waits)
    {
        var (migration, fault) = move;
        var rate = fault?.Outcome.Time is { } time ? MigrationRate.Block(time) : memory.MigrationRate;
        var moved = hotplugLock.Caller.IsGone
            ? Errno.EINTR
            : migration.Continue(waits ? rate : default, hotplugLock.Now, hotplugLock.IsInterrupted);
        hotplugLock.Time = migration.Time;
        if (!moved.Failed(out var error))
        {
            return fault?.Outcome.Error is { } failure
                ? Refuse(block.Id, OnlineType.Offline, new Refusal(failure, RefusalRule.Fault, $"{fault}"))
                : Result.Ok;
        }
        if (error == Errno.EWAITING && waits)
        {
            _waitingOffline = move;
            return hotplugLock.Wait(migration.Due);
        }
        return Refuse(block.Id, OnlineType.Offline, migration.Describe(error) with { Error = error == Errno.EWAITING ? Errno.EBUSY : error });
    }

    /// <summary>Takes a block whose pages are free out of use.</summary>
    private void CompleteOffline(in MemoryBlock block, in MemoryNotify argument)
    {
        AccountOffline(block, argument);
        pages.Offlined(block);
        memory.Record(block.Id).State = MemoryBlockState.Offline;
        poisonedPages.Offlined(block.Id);
        rules.Zones.Offlined(memory, block);
        notifiers.Notify(MemoryAction.Offline, argument);
    }

    /// <summary>Forgets the offline that waits.</summary>
    public void Abandon() => _waitingOffline = null;

    /// <summary>Gives a block that cannot go offline its state back.</summary>
    private void CancelOffline(BlockId id)
    {
        pages.UndoIsolation(memory[id]);
        memory.Record(id).State = MemoryBlockState.Online;
    }

    /// <summary>Adds offline blocks, and brings their node online if these are its first (add_memory).</summary>
    /// <param name="device">The device that the blocks belong to, if any.</param>
    /// <returns>Success; ENOMEM if there is no room for the descriptors of their pages.</returns>
    public Result AddMemory(NumaNode node, BlockId first, int count, MemoryDevice? device)
    {
        if (memory.Blocks.Next(first.Number) is >= 0 and var present && present < first.Number + count)
            throw new InvalidOperationException($"memory{present} is present already");
        if (!HoldsItsDescriptors(device) && !pages.Descriptors.TryAdd(node, first, count))
            return Errno.ENOMEM;
        var range = memory.PagesOf(first, count);
        var isNewNode = !node.Online;
        if (isNewNode)
            node.ClearZones(rules.ForgetsZonesOfRemovedNodes);
        var zones = rules.Zones.Add(memory, node, range);
        memory.AddBlocks(first, count, node, zones, device);
        // The kernel has no entry for memory that a driver manages.
        if (device is not (VirtioMemDevice or DaxMemory))
            memory.AddedRanges.Add(first, count);
        if (rules.Zones.OfflineBlocksHaveZone)
            node.Span = node.Span.Union(range);
        if (isNewNode)
        {
            node.Online = true;
            node.Generation++;
            memory.NodeStates.Online.Add(node.Number);
        }
        if (isNewNode && rules.AnnouncesNodesFirst)
            events.Raise(new NodeAdded(node));
        for (var number = first.Number; number < first.Number + count; number++)
            events.Raise(new BlockAdded(new BlockId(number), node));
        if (isNewNode && !rules.AnnouncesNodesFirst)
            events.Raise(new NodeAdded(node));
        return Result.Ok;
    }

    private static bool HoldsItsDescriptors(MemoryDevice? device) => device is BlockGroup { MemmapPages: > 0 };

    /// <summary>Removes offline blocks in ascending order, and the node with its last block if it has no CPU (remove_memory).</summary>
    /// <param name="device">The device that the blocks belonged to, if any.</param>
    public void RemoveMemory(NumaNode node, BlockId first, int count, MemoryDevice? device)
    {
        var zones = memory[first].Zones;
        for (var number = first.Number; number < first.Number + count; number++)
        {
            var id = new BlockId(number);
            var range = memory.PagesOf(id);
            memory.RemoveBlock(id);
            poisonedPages.Removed(id);
            rules.Zones.Removed(memory, node, zones, range);
            if (rules.Zones.OfflineBlocksHaveZone)
                memory.ShrinkNodeSpan(node, range);
        }
        if (!HoldsItsDescriptors(device))
            pages.Descriptors.Remove(node, first, count);
        memory.AddedRanges.Remove(first, count);
        for (var number = first.Number; number < first.Number + count; number++)
            events.Raise(new BlockRemoved(new BlockId(number), node));
        if (node.Blocks.Count > 0 || node.Cpus.Count > 0)
            return;
        node.Online = false;
        memory.NodeStates.Online.Remove(node.Number);
        events.Raise(new NodeRemoved(node));
    }

    /// <summary>The move of the pages of a block that goes offline, and the fault that acts on it.</summary>
    private sealed record OfflineMove(BlockMigration Migration, Fault? Fault);

    private Errno Refuse(BlockId id, OnlineType request, Refusal refusal)
    {
        events.Log.AddRefusal(refusal.Rule, $"{id}: {request.Word()}", refusal.Reason);
        return refusal.Error;
    }

    private void AccountOnline(in MemoryBlock block)
    {
        var (node, zone, states) = (block.Node.Number, block.Node.Zone(block.Zones.Lowest), memory.NodeStates);
        AccountPages(block, zone, 1);
        states.Memory.Add(node);
        if (zone.Type <= memory.LastHighZone)
            states.HighMemory.Add(node);
        if (zone.Type <= memory.LastNormalZone && !rules.FreezesNormalMemory)
            states.NormalMemory.Add(node);
    }

    private void AccountOffline(in MemoryBlock block, in MemoryNotify argument)
    {
        AccountPages(block, block.Node.Zone(block.Zones.Lowest), -1);
        if (argument.StatusChangeNode >= 0)
            memory.NodeStates.Memory.Remove(argument.StatusChangeNode);
        if (argument.StatusChangeNodeHigh >= 0)
            memory.NodeStates.HighMemory.Remove(argument.StatusChangeNodeHigh);
        if (argument.StatusChangeNodeNormal >= 0)
            memory.NodeStates.NormalMemory.Remove(argument.StatusChangeNodeNormal);
    }

    /// <summary>Adds the pages of a block to its zone's counts, or subtracts them.</summary>
    /// <param name="sign">1 or -1.</param>
    private void AccountPages(in MemoryBlock block, Zone zone, int sign)
    {
        var present = block.Pages.Length - block.HolePages;
        zone.PresentPages += sign * present;
        zone.ManagedPages += sign * pages.Allocator.ManagedPagesIn(block);
        if (block.IsBoot)
            zone.PresentBootPages += sign * present;
        memory.DeviceOf(block)?.CountOnline(block.Id, zone, sign);
    }

    /// <summary>The node states that change if an offline block comes online (node_states_check_changes_online).</summary>
    private MemoryNotify StatesChangedByOnline(in MemoryBlock block)
    {
        var (node, zone, states) = (block.Node.Number, block.Zones.Lowest, memory.NodeStates);
        return new MemoryNotify(
            block.Pages,
            states.Memory.Contains(node) ? -1 : node,
            zone > memory.LastNormalZone || rules.FreezesNormalMemory || states.NormalMemory.Contains(node) ? -1 : node,
            zone > memory.LastHighZone || states.HighMemory.Contains(node) ? -1 : node);
    }

    /// <summary>The node states that change if an online block goes offline (node_states_check_changes_offline).</summary>
    private MemoryNotify StatesChangedByOffline(in MemoryBlock block)
    {
        var (node, pages, zone) = (block.Node, block.Pages.Length, block.Zones.Lowest);
        int NodeIfLast(ZoneType last) => zone <= last && node.PresentPagesUpTo(last) <= pages ? node.Number : -1;
        return new MemoryNotify(
            block.Pages,
            NodeIfLast(ZoneType.Device),
            rules.FreezesNormalMemory ? -1 : NodeIfLast(memory.LastNormalZone),
            NodeIfLast(memory.LastHighZone));
    }
}
