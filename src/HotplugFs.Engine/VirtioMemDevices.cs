using System.Collections;
using HotplugFs.Engine.Pages;
using HotplugFs.Engine.Policies;

namespace HotplugFs.Engine;

/// <summary>
/// The virtio-mem devices, enumerated in the order of plugging, as their driver resizes them (drivers/virtio/virtio_mem.c). The host requests
/// a size; the driver approaches it as far as it can, and tries again later. Source: docs/kernels.md, "virtio-mem"; recordings
/// <c>6.1-c-virtio-mem</c>, <c>6.12-h-vmem-one</c>, <c>6.12-h-vmem-auto-movable</c>.
/// </summary>
public sealed class VirtioMemDevices : IEnumerable<VirtioMemDevice>
{
    private static readonly TimeSpan RetryFirst = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan RetryMax = TimeSpan.FromMinutes(5);

    private readonly PhysicalMemory _memory;
    private readonly KernelRules _rules;
    private readonly MemoryInUse _inUse;
    private readonly MemoryHotplug _hotplug;
    private readonly MemorySubsystem _devices;
    private readonly HotplugLock _lock;
    private readonly MachineEvents _events;

    internal VirtioMemDevices(
        PhysicalMemory memory, KernelRules rules, MemoryInUse inUse, MemoryHotplug hotplug, MemorySubsystem devices, HotplugLock hotplugLock,
        MachineEvents events) =>
        (_memory, _rules, _inUse, _hotplug, _devices, _lock, _events) = (memory, rules, inUse, hotplug, devices, hotplugLock, events);

    /// <summary>Finds a device by its name.</summary>
    /// <returns>The device, or null if no device has this name.</returns>
    public VirtioMemDevice? Find(string id) => _memory.VirtioMem.Values.FirstOrDefault(device => device.Id == id);

    /// <inheritdoc/>
    public IEnumerator<VirtioMemDevice> GetEnumerator() => _memory.VirtioMem.Values.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Plugs a device, which then requests its size.</summary>
    /// <returns>
    /// The device; EOPNOTSUPP if the kernel has no virtio-mem; EEXIST if the name or a block of the region is taken; EINVAL if the node is not
    /// possible or the size or address is wrong; ENOSPC if the region does not fit below <see cref="PhysicalMemory.AddressEnd"/>.
    /// </returns>
    public Result<VirtioMemDevice> Plug(VirtioMemDefinition definition)
    {
        var (id, nodeNumber, maxBytes) = (definition.Id, definition.Node, definition.MaxBytes);
        if (!_rules.HasVirtioMem)
            return Refuse(id, Errno.EOPNOTSUPP, RefusalRule.NotSupported, $"kernel {_rules.Name} has no virtio-mem");
        if (Find(id) is not null)
            return Refuse(id, Errno.EEXIST, RefusalRule.Taken, "the name is taken");
        if (_memory.FindNode(nodeNumber) is not { } node)
            return Refuse(id, Errno.EINVAL, RefusalRule.NotFound, $"the machine has no node {nodeNumber}");
        var blockSize = _memory.BlockSizeBytes;
        if (maxBytes <= 0 || maxBytes % blockSize != 0)
        {
            return Refuse(
                id, Errno.EINVAL, RefusalRule.NotAligned, $"its size {maxBytes} is not a multiple of the block size {blockSize}, or nothing");
        }
        var address = definition.Address ?? _memory.AddressForNextDevice();
        if (address < 0 || address % blockSize != 0)
            return Refuse(id, Errno.EINVAL, RefusalRule.NotAligned, $"its address 0x{address:x} is not a multiple of the block size 0x{blockSize:x}");
        if (maxBytes > _memory.AddressEnd || address > _memory.AddressEnd - maxBytes)
            return Refuse(id, Errno.ENOSPC, RefusalRule.OutOfRange, $"it does not fit below 0x{_memory.AddressEnd:x}");
        var (first, count) = (new BlockId((int)(address / blockSize)), (int)(maxBytes / blockSize));
        if (_memory.FindConflict(first, count) is { } conflict)
            return Refuse(id, Errno.EEXIST, RefusalRule.Taken, conflict);
        if (SizeProblem(definition.SizeBytes, maxBytes) is { } problem)
            return Refuse(id, Errno.EINVAL, RefusalRule.OutOfRange, problem);
        if (_lock.Enter(out var operation).Failed(out var waits))
            return waits;
        using var held = operation;
        var device = _memory.AddVirtioMem(id, node, first, count);
        Request(device, definition.SizeBytes);
        return device;
    }

    private string? SizeProblem(long bytes, long maxBytes)
    {
        if (bytes < 0 || bytes % _memory.PageblockBytes != 0)
            return $"its size {bytes} is not a multiple of the sub-block size {_memory.PageblockBytes}";
        return bytes > maxBytes ? $"its size {bytes} exceeds its room of {maxBytes}" : null;
    }

    /// <summary>Takes a device without memory away, and frees its region.</summary>
    /// <returns>Success; EBUSY if it has memory, which a resize to 0 takes away.</returns>
    public Result Unplug(VirtioMemDevice device)
    {
        if (_lock.Enter(out var operation).Failed(out var waits))
            return waits;
        using var held = operation;
        RemoveEmptyBlocks(device);
        if (device.Blocks.Count > 0)
        {
            _events.Log.AddRefusal(
                RefusalRule.StillInUse, $"virtio-mem {device.Id}: unplug", $"{device.PluggedBytes} bytes are plugged; request the size 0 first");
            return Errno.EBUSY;
        }
        _memory.VirtioMem.Remove(device.Index);
        return Result.Ok;
    }

    private Errno Refuse(string id, Errno error, RefusalRule rule, string reason)
    {
        _events.Log.AddRefusal(rule, $"virtio-mem {id}: plug", reason);
        return error;
    }

    /// <summary>
    /// Requests a size of a device. New blocks are onlined as <see cref="MemorySubsystem.AutoOnline"/> requests; a block that cannot be
    /// onlined stays offline. A shrink moves pages of programs away and passes over pieces that hold other pages. If it does not reach the
    /// size, the driver tries again by itself: after 5 s, and then after twice as long each time, up to 5 minutes.
    /// </summary>
    /// <param name="bytes">The new size, a multiple of <see cref="PhysicalMemory.PageblockBytes"/>.</param>
    /// <returns>
    /// Success, also if <see cref="VirtioMemDevice.PluggedBytes"/> is not at the size yet; EINVAL if the size is not a multiple of a
    /// sub-block or exceeds the region.
    /// </returns>
    public Result Resize(VirtioMemDevice device, long bytes)
    {
        if (_lock.Enter(out var operation).Failed(out var waits))
            return waits;
        using var held = operation;
        if (SizeProblem(bytes, device.MaxBytes) is { } problem)
        {
            _events.Log.AddRefusal(RefusalRule.OutOfRange, $"virtio-mem {device.Id}: resize", problem);
            return Errno.EINVAL;
        }
        RemoveEmptyBlocks(device);
        Request(device, bytes);
        return Result.Ok;
    }

    private void Request(VirtioMemDevice device, long bytes)
    {
        device.RequestedBytes = bytes;
        Approach(device, RetryFirst);
        if (device.Retry is not null)
            _events.Log.Add($"virtio-mem {device.Id}: {bytes} bytes are requested, {device.PluggedBytes} stay plugged until more can be taken out");
    }

    /// <summary>When a driver tries again; null if all devices have their sizes.</summary>
    public TimeSpan? RetryDue => _memory.VirtioMem.Count == 0 ? null : _memory.VirtioMem.Values.Min(device => device.Retry?.Due);

    /// <summary>Lets the drivers try again whose time has come. While another operation is under way, they wait for their next time.</summary>
    internal void Elapse()
    {
        // Enumerating allocates, and most machines have no device.
        if (_memory.VirtioMem.Count == 0)
            return;
        foreach (var device in _memory.VirtioMem.Values)
        {
            if (device.Retry is not { } retry || retry.Due > _lock.Now)
                continue;
            var delay = retry.Delay * 2 < RetryMax ? retry.Delay * 2 : RetryMax;
            if (_lock.IsFree && _lock.Enter(out var operation).IsOk)
            {
                using var held = operation;
                Approach(device, delay);
            }
            else
                device.Retry = (_lock.Now + delay, delay);
        }
    }

    /// <summary>Starts the driver of a device that has memory already.</summary>
    internal void Resume(VirtioMemDevice device) =>
        device.Retry = Missing(device) == 0 ? null : (RetryFirst, RetryFirst);

    /// <summary>Brings a device as near to its requested size as it can be now.</summary>
    /// <param name="delay">When the driver tries again if that is not enough.</param>
    private void Approach(VirtioMemDevice device, TimeSpan delay)
    {
        var missing = Missing(device);
        if (missing > 0)
            Grow(device, missing);
        else
            Shrink(device, -missing);
        device.Retry = Missing(device) == 0 ? null : (_lock.Now + delay, delay);
    }

    /// <summary>Returns how many bytes a driver has to plug or, if negative, to unplug. It leaves out what is less than its unit.</summary>
    private long Missing(VirtioMemDevice device)
    {
        // An early driver plugs the largest pieces of the buddy allocator at once.
        var unit = (long)_memory.PageSizeBytes << (_rules.HasEarlyVirtioMem ? _memory.MaxOrder : _memory.PageblockOrder);
        return (device.RequestedBytes - device.PluggedBytes) / unit * unit;
    }

    /// <summary>Completes the blocks that are plugged in part, then adds the lowest blocks that are absent.</summary>
    private void Grow(VirtioMemDevice device, long bytes)
    {
        foreach (var set in (ReadOnlySpan<BlockSet>)[device.Kernel, device.Movable, device.Offline])
            foreach (var number in device.Partial.Where(set.Contains).ToArray())
                bytes -= PlugInto(device, new BlockId(number), bytes);
        for (var number = device.LowestAbsent; bytes > 0 && number < device.First.Number + device.MaxBlocks; number++)
        {
            var id = new BlockId(number);
            if (_memory.Blocks.Contains(number))
                continue;
            device.Add(id);
            var part = PlugInto(device, id, bytes);
            if (!_hotplug.AddMemory(device.Node, id, 1, device).IsOk)
            {
                // There is no room for the descriptors of its pages.
                device.ChangePlugged(id, -part);
                device.Remove(id);
                break;
            }
            bytes -= part;
            _devices.AutoOnlineBlocks(id, 1);
        }
    }

    /// <summary>Plugs sub-blocks of a block, at most as many as it lacks.</summary>
    /// <returns>Number of bytes plugged.</returns>
    private long PlugInto(VirtioMemDevice device, BlockId id, long bytes)
    {
        var part = Math.Min(bytes, _memory.BlockSizeBytes - device.PluggedBytesOf(id));
        device.ChangePlugged(id, part);
        if (_memory.TryGetBlock(id, out var block) && block.State == MemoryBlockState.Online)
            _inUse.GivePieces(block, (int)(part / _memory.PageblockBytes));
        return part;
    }

    /// <summary>
    /// Unplugs from the highest block down: of offline blocks, first those plugged in part; then of Movable and of kernel blocks plugged in
    /// part; then of Movable blocks; then of kernel blocks. An early driver does not look at the zones of online blocks.
    /// </summary>
    private void Shrink(VirtioMemDevice device, long bytes)
    {
        bytes -= UnplugPartial(device, device.Offline, bytes);
        bytes -= Unplug(device, device.Offline, bytes);
        if (_rules.HasEarlyVirtioMem)
        {
            bytes -= UnplugPartial(device, device.Blocks, bytes);
            Unplug(device, device.Blocks, bytes);
            return;
        }
        bytes -= UnplugPartial(device, device.Movable, bytes);
        bytes -= UnplugPartial(device, device.Kernel, bytes);
        bytes -= Unplug(device, device.Movable, bytes);
        Unplug(device, device.Kernel, bytes);
    }

    private long UnplugPartial(VirtioMemDevice device, BlockSet set, long bytes)
    {
        var rest = bytes;
        foreach (var number in device.Partial.Where(set.Contains).Reverse().ToArray())
            rest -= UnplugFrom(device, new BlockId(number), rest);
        return bytes - rest;
    }

    private long Unplug(VirtioMemDevice device, BlockSet set, long bytes)
    {
        var rest = bytes;
        for (var number = set.Previous(BlockId.MaxNumber); number >= 0 && rest > 0; number = set.Previous(number - 1))
            rest -= UnplugFrom(device, new BlockId(number), rest);
        return bytes - rest;
    }

    /// <summary>Unplugs sub-blocks of a block, at most as many as it has, and removes the block with its last one.</summary>
    /// <returns>Number of bytes unplugged.</returns>
    private long UnplugFrom(VirtioMemDevice device, BlockId id, long bytes)
    {
        var block = _memory[id];
        var part = Math.Min(bytes, device.PluggedBytesOf(id));
        if (part == 0)
            return 0;
        // An online block gives pieces one by one, and goes offline with its last one.
        if (block.State == MemoryBlockState.Online)
            part = _inUse.TakePieces(block, (int)(part / _memory.PageblockBytes)) * _memory.PageblockBytes;
        if (part == 0)
        {
            var reason = _memory.IsolatePages(block)?.Reason ?? "there is no room for its pages elsewhere";
            _events.Log.Add($"virtio-mem {device.Id}: {id} is passed over: {reason}");
            return 0;
        }
        device.ChangePlugged(id, -part);
        if (device.PluggedBytesOf(id) == 0)
            RemoveBlock(device, id);
        return part;
    }

    /// <summary>Removes the blocks that had to stay, without a sub-block, because a notifier refused to let them go offline.</summary>
    private void RemoveEmptyBlocks(VirtioMemDevice device)
    {
        foreach (var number in device.Partial.Where(number => device.PluggedBytesOf(new BlockId(number)) == 0).ToArray())
            RemoveBlock(device, new BlockId(number));
    }

    private void RemoveBlock(VirtioMemDevice device, BlockId id)
    {
        if (_memory[id].DeviceOnline && !_devices.Offline(id, waits: false).IsOk)
            return;
        _hotplug.RemoveMemory(device.Node, id, 1, device);
        device.Remove(id);
    }
}
