using HotplugFs.Engine.Faults;
using HotplugFs.Engine.Policies;

namespace HotplugFs.Engine;

/// <summary>
/// The devices of the memory blocks (drivers/base/memory.c): what a write to <c>state</c>, <c>online</c> or <c>probe</c> requests, and
/// how new blocks are onlined. A device has its own flag for being online, which can differ from the state of its block.
/// </summary>
public sealed class MemorySubsystem
{
    private readonly PhysicalMemory _memory;
    private readonly KernelRules _rules;
    private readonly MemoryHotplug _hotplug;
    private readonly FaultInjection _faults;
    private readonly HotplugLock _lock;
    private readonly MachineEvents _events;

    internal MemorySubsystem(
        PhysicalMemory memory, KernelRules rules, MemoryHotplug hotplug, FaultInjection faults, HotplugLock hotplugLock, MachineEvents events) =>
        (_memory, _rules, _hotplug, _faults, _lock, _events) = (memory, rules, hotplug, faults, hotplugLock, events);

    /// <summary>The request that new blocks are onlined with; <see cref="OnlineType.Offline"/> leaves them offline.</summary>
    public OnlineType AutoOnline { get; set; } = OnlineType.Offline;

    /// <summary>
    /// Does what a write of a word to <c>state</c> requests. By <see cref="KernelRules.RemembersRequestsWhileOnline"/> an online request for
    /// an online block has an effect later (docs/kernels.md, "The remembered request").
    /// </summary>
    /// <param name="id">A block that is present.</param>
    /// <returns>The outcome, or the errno of the rule, page or notifier that refused; the log has the reason.</returns>
    public Result<DeviceOutcome> SetState(BlockId id, OnlineType request)
    {
        if (_lock.Enter(out var operation).Failed(out var waits))
            return waits;
        using var held = operation;
        if (request == OnlineType.Offline)
            return Offline(id);
        ref var record = ref _memory.Record(id);
        var isOnline = record.Flags.HasFlag(BlockFlags.DeviceOnline);
        if (_rules.RemembersRequestsWhileOnline || !isOnline)
            record.Remembered = request;
        if (!isOnline)
            return Online(id, request, waits: true);
        var effect = _rules.RemembersRequestsWhileOnline ? "; the request is remembered for the next online" : "";
        _events.Log.AddIgnored(RefusalRule.AlreadyOnline, $"{id}: {request.Word()}", $"already online{effect}");
        return DeviceOutcome.Already;
    }

    /// <summary>Does what a write of a truth value to <c>online</c> requests; true onlines the block by its remembered request.</summary>
    /// <param name="id">A block that is present.</param>
    /// <returns>The outcome, or the errno of the rule, page or notifier that refused; the log has the reason.</returns>
    public Result<DeviceOutcome> SetOnline(BlockId id, bool online)
    {
        if (_lock.Enter(out var operation).Failed(out var waits))
            return waits;
        using var held = operation;
        if (!online)
            return Offline(id);
        var record = _memory.Record(id);
        if (!record.Flags.HasFlag(BlockFlags.DeviceOnline))
            return Online(id, record.Remembered, waits: true);
        _events.Log.AddIgnored(RefusalRule.AlreadyOnline, $"{id}: online", "already online");
        return DeviceOutcome.Already;
    }

    /// <summary>
    /// Adds one block as a write to <c>probe</c> does, on the first node that is online; a logical block of a partition that is not there,
    /// on the node of its DIMM, to which it then belongs.
    /// </summary>
    /// <param name="address">The block's physical address.</param>
    /// <returns>
    /// EINVAL if the address is not a multiple of the block size; EEXIST if it is out of range, belongs to a device, or the block is present.
    /// </returns>
    public Result Probe(ulong address)
    {
        if (_lock.Enter(out var operation).Failed(out var waits))
            return waits;
        using var held = operation;
        var blockSize = (ulong)_memory.BlockSizeBytes;
        if (address % blockSize != 0)
            return RefuseProbe(address, Errno.EINVAL, RefusalRule.NotAligned, $"it is not a multiple of the block size 0x{blockSize:x}");
        if (address >= (ulong)_memory.AddressEnd)
        {
            return RefuseProbe(address, _rules.ChecksProbedRange ? Errno.E2BIG : Errno.EEXIST, RefusalRule.OutOfRange,
                $"physical addresses end at 0x{_memory.AddressEnd:x}");
        }
        var block = new BlockId((int)(address / blockSize));
        var dimm = _memory.FindAbsentLogicalBlock(block);
        if (dimm is null && _memory.FindConflict(block, 1) is { } conflict)
            return RefuseProbe(address, Errno.EEXIST, RefusalRule.Taken, conflict);
        var node = dimm?.Node ?? _memory.FindNode(_memory.NodeStates.Online.Next(0))!;
        var subject = new FaultSubject(block.Number, block.Number, node.Number, Dimm: null);
        if (_faults.Pass(FaultPoint.Plug, subject, waits: true, out var refusal).Failed(out var error))
            return error == Errno.EWAITING ? error : RefuseProbe(address, error, refusal!.Rule, refusal.Reason);
        if (_hotplug.AddMemory(node, block, 1, dimm).Failed(out error))
            return RefuseProbe(address, error, RefusalRule.NotEnoughMemory, "there is no memory for the descriptors of its pages");
        AutoOnlineBlocks(block, 1);
        return Result.Ok;
    }

    private Errno RefuseProbe(ulong address, Errno error, RefusalRule rule, string reason)
    {
        _events.Log.AddRefusal(rule, $"probe: 0x{address:x}", reason);
        return error;
    }

    /// <summary>Onlines new blocks as <see cref="AutoOnline"/> requests; a block that is refused stays offline.</summary>
    internal void AutoOnlineBlocks(BlockId first, int count) => OnlineNewBlocks(first, count, AutoOnline);

    /// <summary>Onlines new blocks; one that is refused stays offline.</summary>
    /// <param name="request">How; <see cref="OnlineType.Offline"/> leaves them offline.</param>
    internal void OnlineNewBlocks(BlockId first, int count, OnlineType request)
    {
        if (request == OnlineType.Offline)
            return;
        for (var number = first.Number; number < first.Number + count; number++)
        {
            var id = new BlockId(number);
            if (_rules.AutoOnlineLeavesDeviceFlag)
                _hotplug.OnlinePages(id, request, waits: false);
            else
                Online(id, request);
        }
    }

    /// <summary>Onlines the device of a block whose device is offline (device_online); the remembered request is then forgotten.</summary>
    /// <param name="waits">False to take no time.</param>
    internal Result<DeviceOutcome> Online(BlockId id, OnlineType request, bool waits = false)
    {
        ref var record = ref _memory.Record(id);
        // Auto-online may have onlined the block without its device; then only the flag is missing.
        if (record.State != MemoryBlockState.Online)
        {
            var onlined = _hotplug.OnlinePages(id, request, waits);
            if (onlined.Failed(out var error) && error == Errno.EWAITING)
                return error;
            record.Remembered = OnlineType.Online;
            if (!onlined.IsOk)
                return error;
        }
        record.Flags |= BlockFlags.DeviceOnline;
        _events.Raise(new BlockOnline(id));
        return DeviceOutcome.Done;
    }

    /// <summary>Returns EWAITING while an operation of another caller waits, and EINTR if a signal ended the wait for it.</summary>
    public Result AwaitTurn()
    {
        if (_lock.Enter(out var operation).Failed(out var waits))
            return waits;
        operation.Dispose();
        return Result.Ok;
    }

    /// <summary>Offlines a block's device (device_offline).</summary>
    /// <param name="waits">False to take no time, and to fail with EBUSY instead of waiting.</param>
    internal Result<DeviceOutcome> Offline(BlockId id, bool waits = true)
    {
        ref var record = ref _memory.Record(id);
        if (!record.Flags.HasFlag(BlockFlags.DeviceOnline))
        {
            if (record.State == MemoryBlockState.Online)
            {
                _events.Log.AddIgnored(
                    RefusalRule.OnlineWithoutDevice, $"{id}: offline",
                    "auto_online_blocks onlined the block without its device; write online to state first");
            }
            else
            {
                _events.Log.AddIgnored(RefusalRule.AlreadyOffline, $"{id}: offline", "already offline");
            }
            return DeviceOutcome.Already;
        }
        if (record.State != MemoryBlockState.Offline && _hotplug.OfflinePages(id, waits).Failed(out var error))
            return error;
        record.Flags &= ~BlockFlags.DeviceOnline;
        _events.Raise(new BlockOffline(id));
        return DeviceOutcome.Done;
    }
}
