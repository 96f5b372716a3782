using HotplugFs.Engine.Faults;

namespace HotplugFs.Engine;

/// <summary>
/// The logical memory blocks (LMBs) of a partition: its hypervisor offers memory in pieces of one block, and the kernel adds and removes
/// each by its number (arch/powerpc/platforms/pseries/hotplug-memory.c). Source: docs/kernels.md, "Memory of ppc64le".
/// </summary>
/// <remarks>A DIMM is memory that the hypervisor offers at once. None of this waits: a block whose pages cannot be moved now is busy.</remarks>
public sealed class LogicalBlocks
{
    /// <summary>The number by which the hypervisor knows block 0 (dynamic reconfiguration connector).</summary>
    public const uint FirstIndex = 0x80000000;

    private readonly PhysicalMemory _memory;
    private readonly MemoryHotplug _hotplug;
    private readonly MemorySubsystem _devices;
    private readonly FaultInjection _faults;
    private readonly DimmPlacement _placement;
    private readonly HotplugLock _lock;
    private readonly MachineEvents _events;
    /// <summary>The blocks that the hypervisor gives when the kernel asks for them.</summary>
    private readonly BlockSet _offered = new();

    internal LogicalBlocks(
        PhysicalMemory memory, MemoryHotplug hotplug, MemorySubsystem devices, FaultInjection faults, DimmPlacement placement,
        HotplugLock hotplugLock, MachineEvents events, MachineDefinition definition)
    {
        (_memory, _hotplug, _devices, _faults, _placement, _lock, _events) = (memory, hotplug, devices, faults, placement, hotplugLock, events);
        (AreOfferedOnce, End) = (definition.OffersBlocksOnce, EndOf(definition));
        foreach (var dimm in definition.Dimms.Where(dimm => memory.Dimms.Find(dimm.Id) is not null))
            foreach (var number in Numbers(memory.Dimms.Find(dimm.Id)!)
                .Except(definition.SpentBlocks).Where(number => !memory.Blocks.Contains(number)))
                _offered.Add(number);
    }

    /// <inheritdoc cref="MachineDefinition.OffersBlocksOnce"/>
    public bool AreOfferedOnce { get; }

    /// <summary>The number after that of the last block that the partition can have.</summary>
    public int End { get; }

    /// <inheritdoc cref="Machine.Plug"/>
    internal Result<Dimm> Plug(DimmDefinition definition)
    {
        if (_lock.Enter(out var operation).Failed(out var waits))
            return waits;
        using var held = operation;
        if (!_placement.Find(definition).TryGet(out var place, out var error))
            return error;
        var (node, first, count) = place;
        var subject = new FaultSubject(first.Number, first.Number + count - 1, node.Number, definition.Id);
        if (_faults.Pass(FaultPoint.Plug, subject, waits: true, out var refusal).Failed(out error))
            return error == Errno.EWAITING ? error : _placement.Refuse(definition, error, refusal!.Rule, refusal.Reason);
        var dimm = _memory.Dimms.Add(definition.Id, node, first, count, memmapPages: 0);
        foreach (var number in Numbers(dimm))
            _offered.Add(number);
        if (definition.IsAssigned && AddAll(Numbers(dimm)).Failed(out error))
        {
            Forget(dimm);
            return _placement.Refuse(definition, error, RefusalRule.BlockStaysOnline, "a block cannot be added");
        }
        _events.Raise(new DimmAdded(dimm));
        return dimm;
    }

    /// <inheritdoc cref="Machine.Unplug"/>
    internal Result Unplug(Dimm dimm)
    {
        if (_lock.Enter(out var operation).Failed(out var waits))
            return waits;
        using var held = operation;
        var subject = new FaultSubject(dimm.First.Number, dimm.Last.Number, dimm.Node.Number, dimm.Id);
        if (_faults.Pass(FaultPoint.Unplug, subject, waits: true, out var refusal).Failed(out var error))
        {
            if (error != Errno.EWAITING)
                _events.Log.AddRefusal(refusal!.Rule, $"dimm {dimm.Id}: unplug", refusal.Reason);
            return error;
        }
        if (RemoveAll(Numbers(dimm)).Failed(out _))
        {
            _events.Log.AddRefusal(RefusalRule.BlockStaysOnline, $"dimm {dimm.Id}: unplug", "a block cannot go offline");
            return Errno.EBUSY;
        }
        Forget(dimm);
        _events.Raise(new DimmRemoved(dimm));
        return Result.Ok;
    }

    /// <summary>Adds the block with an index, and onlines it.</summary>
    /// <returns>
    /// Success; EINVAL if the partition has no such block; EPERM if the block is there or the hypervisor does not give it; the errno of the
    /// online.
    /// </returns>
    public Result Add(uint index)
    {
        if (_lock.Enter(out var operation).Failed(out var waits))
            return waits;
        using var held = operation;
        if (NumberOf(index) is not { } number || DimmAt(number) is null)
            return Refuse($"add index 0x{index:x}", Errno.EINVAL, RefusalRule.NotFound, "the hypervisor has no such block");
        if (!IsFree(number))
            return Refuse($"add index 0x{index:x}", Errno.EPERM, RefusalRule.Taken, "the hypervisor does not give the block");
        var added = AddOne(number);
        if (!added.IsOk)
            GiveBack(number);
        return added;
    }

    /// <summary>Adds the lowest blocks that can be had.</summary>
    /// <returns>Success; EINVAL if there are fewer, and then those that were added are removed again.</returns>
    public Result AddCount(uint count)
    {
        if (_lock.Enter(out var operation).Failed(out var waits))
            return waits;
        using var held = operation;
        var added = new List<int>();
        for (var number = _offered.Next(0); number >= 0 && added.Count < count; number = _offered.Next(number + 1))
        {
            if (!IsFree(number))
                continue;
            if (AddOne(number).IsOk)
                added.Add(number);
            else
                GiveBack(number);
        }
        if (count > 0 && added.Count == count)
            return Result.Ok;
        UndoAdd(added);
        return Refuse($"add count {count}", Errno.EINVAL, RefusalRule.NotEnoughMemory, $"{added.Count} blocks can be added");
    }

    /// <summary>Adds a run of blocks; those that are there already are skipped.</summary>
    /// <returns>Success; EINVAL if one cannot be had, and then those that were added are removed again.</returns>
    public Result AddRange(uint count, uint index)
    {
        if (_lock.Enter(out var operation).Failed(out var waits))
            return waits;
        using var held = operation;
        return RangeOf(count, index) is { } range && AddAll(range).IsOk
            ? Result.Ok
            : Refuse($"add indexed-count {count} 0x{index:x}", Errno.EINVAL, RefusalRule.NotFound, "not all of the blocks can be added");
    }

    /// <summary>Removes the block with an index.</summary>
    /// <returns>Success; EINVAL if it is not there; the errno of the offline.</returns>
    public Result Remove(uint index)
    {
        if (_lock.Enter(out var operation).Failed(out var waits))
            return waits;
        using var held = operation;
        return NumberOf(index) is { } number && IsAssigned(number)
            ? RemoveOne(number)
            : Refuse($"remove index 0x{index:x}", Errno.EINVAL, RefusalRule.NotFound, "the block is not there, or it is boot memory");
    }

    /// <summary>Removes the lowest blocks that can go offline.</summary>
    /// <returns>Success; EINVAL if there are fewer, and then those that were removed are added again.</returns>
    public Result RemoveCount(uint count)
    {
        if (_lock.Enter(out var operation).Failed(out var waits))
            return waits;
        using var held = operation;
        int[] assigned = [.. Assigned()];
        var removed = new List<int>();
        if (assigned.Length >= count)
            removed.AddRange(assigned.TakeWhile(_ => removed.Count < count).Where(number => RemoveOne(number).IsOk));
        if (count > 0 && removed.Count == count)
            return Result.Ok;
        UndoRemove(removed);
        return Refuse($"remove count {count}", Errno.EINVAL, RefusalRule.BlockStaysOnline, $"{removed.Count} of {assigned.Length} can be removed");
    }

    /// <summary>Removes those of a run of blocks that are there.</summary>
    /// <returns>Success; EINVAL if one cannot go offline, and then those that were removed are added again.</returns>
    public Result RemoveRange(uint count, uint index)
    {
        if (_lock.Enter(out var operation).Failed(out var waits))
            return waits;
        using var held = operation;
        return RangeOf(count, index) is { } range && RemoveAll(range).IsOk
            ? Result.Ok
            : Refuse($"remove indexed-count {count} 0x{index:x}", Errno.EINVAL, RefusalRule.BlockStaysOnline, "not all of the blocks can be removed");
    }

    /// <summary>Passes what the hypervisor offers through a stream.</summary>
    internal void Transfer(StateStream state) => _offered.Transfer(state);

    /// <summary>The blocks of DIMMs that neither are there nor can be had any more, ascending.</summary>
    public IEnumerable<int> SpentBlocks => _memory.Dimms.SelectMany(Numbers)
        .Where(number => !_offered.Contains(number) && !_memory.Blocks.Contains(number)).Order();

    private static int EndOf(MachineDefinition definition)
    {
        const long least = 32L << 30;
        var end = definition.Memory.Max(range => range.First.Number + (long)range.Count) * definition.BlockSizeBytes;
        return (int)((definition.MaxBytes ?? Math.Max(least, (long)System.Numerics.BitOperations.RoundUpToPowerOf2((ulong)end) * 2))
            / definition.BlockSizeBytes);
    }

    private static IEnumerable<int> Numbers(Dimm dimm) => Enumerable.Range(dimm.First.Number, dimm.Count);

    private static int? NumberOf(uint index) => index >= FirstIndex && index - FirstIndex <= BlockId.MaxNumber ? (int)(index - FirstIndex) : null;

    private IEnumerable<int>? RangeOf(uint count, uint index) =>
        count > 0 && NumberOf(index) is { } first && first + (long)count <= End ? Enumerable.Range(first, (int)count) : null;

    private Dimm? DimmAt(int number) => _memory.Dimms.Around(number);

    private bool IsFree(int number) => _offered.Contains(number) && !_memory.Blocks.Contains(number);

    /// <summary>True if a block is there that the hypervisor can take away: not boot memory, nor a block that was probed.</summary>
    private bool IsAssigned(int number) => _memory.TryGetBlock(new BlockId(number), out var block) && block.DimmIndex >= 0;

    private IEnumerable<int> Assigned() => _memory.Dimms.SelectMany(Numbers).Where(IsAssigned).Order();

    private Result AddAll(IEnumerable<int> numbers)
    {
        var added = new List<int>();
        foreach (var number in numbers.Where(number => !_memory.Blocks.Contains(number)))
        {
            Result result = IsFree(number) ? AddOne(number) : Errno.EPERM;
            if (result.Failed(out var error))
            {
                GiveBack(number);
                UndoAdd(added);
                return error;
            }
            added.Add(number);
        }
        return Result.Ok;
    }

    private Result RemoveAll(IEnumerable<int> numbers)
    {
        var removed = new List<int>();
        foreach (var number in numbers.Where(IsAssigned))
        {
            if (RemoveOne(number).Failed(out var error))
            {
                UndoRemove(removed);
                return error;
            }
            removed.Add(number);
        }
        return Result.Ok;
    }

    /// <summary>Adds a block and onlines it, whatever <c>auto_online_blocks</c> is; that only chooses how.</summary>
    private Result AddOne(int number)
    {
        var (id, dimm) = (new BlockId(number), DimmAt(number)!);
        if (_hotplug.AddMemory(dimm.Node, id, 1, dimm).Failed(out var error))
            return error;
        var request = _devices.AutoOnline == OnlineType.Offline ? OnlineType.Online : _devices.AutoOnline;
        if (_devices.Online(id, request).TryGet(out _, out error))
            return Result.Ok;
        _hotplug.RemoveMemory(dimm.Node, id, 1, dimm);
        return error;
    }

    private Result RemoveOne(int number)
    {
        var (id, dimm) = (new BlockId(number), DimmAt(number)!);
        if (_memory[id].DeviceOnline && !_devices.Offline(id, waits: false).TryGet(out _, out var error))
            return error;
        _hotplug.RemoveMemory(dimm.Node, id, 1, dimm);
        GiveBack(number);
        return Result.Ok;
    }

    /// <summary>A block that cannot be removed again stays.</summary>
    private void UndoAdd(List<int> added) => added.ForEach(number => RemoveOne(number));

    private void UndoRemove(List<int> removed)
    {
        foreach (var number in removed)
        {
            _offered.Add(number);
            AddOne(number);
        }
    }

    private void GiveBack(int number)
    {
        if (AreOfferedOnce)
            _offered.Remove(number);
    }

    private void Forget(Dimm dimm)
    {
        foreach (var number in Numbers(dimm))
            _offered.Remove(number);
        _memory.Dimms.Remove(dimm);
    }

    private Errno Refuse(string request, Errno error, RefusalRule rule, string reason)
    {
        _events.Log.AddRefusal(rule, $"dlpar: memory {request}", reason);
        return error;
    }
}
