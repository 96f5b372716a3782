using System.Collections;
using HotplugFs.Engine.Pages;
using HotplugFs.Engine.Policies;

namespace HotplugFs.Engine;

/// <summary>
/// The virtio-mem devices, enumerated in the order of plugging. Source: docs/kernels.md, "virtio-mem"; recordings <c>6.1-c-virtio-mem</c>,
/// <c>6.12-h-vmem-one</c>, <c>6.12-h-vmem-auto-movable</c>.
/// </summary>
public sealed class VirtioMemDevices : IEnumerable<VirtioMemDevice>
{
    private readonly PhysicalMemory _memory;
    private readonly KernelRules _rules;
    private readonly MemoryInUse _inUse;
    private readonly MemoryHotplug _hotplug;
    private readonly MemorySubsystem _devices;
    private readonly HotplugLock _lock;
    private readonly MachineEvents _events;
    private readonly Dictionary<string, VirtioMemDevice> _byId = [];

    internal VirtioMemDevices(
        PhysicalMemory memory, KernelRules rules, MemoryInUse inUse, MemoryHotplug hotplug, MemorySubsystem devices, HotplugLock hotplugLock,
        MachineEvents events) =>
        (_memory, _rules, _inUse, _hotplug, _devices, _lock, _events) = (memory, rules, inUse, hotplug, devices, hotplugLock, events);

    /// <summary>Finds a device by its name.</summary>
    /// <returns>The device, or null if no device has this name.</returns>
    public VirtioMemDevice? Find(string id) => _byId.GetValueOrDefault(id);

    /// <inheritdoc/>
    public IEnumerator<VirtioMemDevice> GetEnumerator() => _memory.VirtioMem.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Plugs a device without memory.</summary>
    /// <param name="nodeNumber">The node of its future blocks.</param>
    /// <param name="maxBytes">The size of its region, a multiple of the block size.</param>
    /// <returns>
    /// The device; EOPNOTSUPP if the kernel has no virtio-mem; EEXIST if the name is taken; EINVAL if the node is not possible or the size is
    /// wrong; ENOSPC if the region does not fit below <see cref="PhysicalMemory.AddressEnd"/>.
    /// </returns>
    public Result<VirtioMemDevice> Plug(string id, int nodeNumber, long maxBytes)
    {
        if (!_rules.HasVirtioMem)
            return Refuse(id, Errno.EOPNOTSUPP, $"kernel {_rules.Name} has no virtio-mem");
        if (_byId.ContainsKey(id))
            return Refuse(id, Errno.EEXIST, "the name is taken");
        if (_memory.FindNode(nodeNumber) is not { } node)
            return Refuse(id, Errno.EINVAL, $"the machine has no node {nodeNumber}");
        var blockSize = _memory.BlockSizeBytes;
        if (maxBytes <= 0 || maxBytes % blockSize != 0)
            return Refuse(id, Errno.EINVAL, $"its size {maxBytes} is not a multiple of the block size {blockSize}, or nothing");
        var address = _memory.AddressForNextDevice();
        if (maxBytes > PhysicalMemory.AddressEnd - address)
            return Refuse(id, Errno.ENOSPC, $"it does not fit below 0x{PhysicalMemory.AddressEnd:x}");
        var first = new BlockId((int)(address / blockSize));
        var device = new VirtioMemDevice(_memory.VirtioMem.Count, id, node, first, (int)(maxBytes / blockSize), blockSize);
        _memory.VirtioMem.Add(device);
        _byId.Add(id, device);
        return device;
    }

    private Errno Refuse(string id, Errno error, string reason)
    {
        _events.Log($"virtio-mem {id}: plug refused: {reason}");
        return error;
    }

    /// <summary>
    /// Changes the size of a device. New blocks are onlined as <see cref="MemorySubsystem.AutoOnline"/> requests; a block that cannot be
    /// onlined stays offline. A shrink passes over blocks that hold kernel pages.
    /// </summary>
    /// <param name="bytes">The new size, a multiple of <see cref="VirtioMemDevice.SubBlockBytes"/>.</param>
    /// <returns>
    /// Success; EINVAL if the size is not a multiple of a sub-block or exceeds the region; EBUSY if the device could not reach the size but
    /// is as close to it as it can be.
    /// </returns>
    public Result Resize(VirtioMemDevice device, long bytes)
    {
        if (_lock.Enter(out var operation).Failed(out var waits))
            return waits;
        using var held = operation;
        if (bytes < 0 || bytes % VirtioMemDevice.SubBlockBytes != 0)
            return RefuseSize(device, bytes, Errno.EINVAL, $"it is not a multiple of the sub-block size {VirtioMemDevice.SubBlockBytes}");
        if (bytes > device.MaxBytes)
            return RefuseSize(device, bytes, Errno.EINVAL, $"the device has room for {device.MaxBytes}");
        RemoveEmptyBlocks(device);
        if (bytes >= device.PluggedBytes)
            Grow(device, bytes - device.PluggedBytes);
        else
            Shrink(device, device.PluggedBytes - bytes);
        return device.PluggedBytes == bytes
            ? Result.Ok
            : RefuseSize(device, bytes, Errno.EBUSY, $"it stops at {device.PluggedBytes}");
    }

    private Errno RefuseSize(VirtioMemDevice device, long bytes, Errno error, string reason)
    {
        _events.Log($"virtio-mem {device.Id}: size {bytes} refused: {reason}");
        return error;
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
            bytes -= PlugInto(device, id, bytes);
            _hotplug.AddMemory(device.Node, id, 1, device);
            _devices.AutoOnlineBlocks(id, 1);
        }
    }

    /// <summary>Plugs sub-blocks of a block, at most as many as it lacks.</summary>
    /// <returns>Number of bytes plugged.</returns>
    private long PlugInto(VirtioMemDevice device, BlockId id, long bytes)
    {
        var part = Math.Min(bytes, _memory.BlockSizeBytes - device.PluggedBytesOf(id));
        device.ChangePlugged(id, part);
        CountManaged(id, part);
        return part;
    }

    /// <summary>
    /// Unplugs from the highest block down: of offline blocks, first those plugged in part; then of Movable and of kernel blocks plugged in
    /// part; then of Movable blocks; then of kernel blocks.
    /// </summary>
    private void Shrink(VirtioMemDevice device, long bytes)
    {
        bytes -= UnplugPartial(device, device.Offline, bytes);
        bytes -= Unplug(device, device.Offline, bytes);
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

    /// <summary>Unplugs sub-blocks of a block whose pages are free, at most as many as it has, and removes the block with its last one.</summary>
    /// <returns>Number of bytes unplugged.</returns>
    private long UnplugFrom(VirtioMemDevice device, BlockId id, long bytes)
    {
        var block = _memory[id];
        var part = Math.Min(bytes, device.PluggedBytesOf(id));
        if (part == 0)
            return 0;
        if (block.State == MemoryBlockState.Online && _memory.IsolatePages(block) is { } busy && _inUse.FreeHugePagesIn(block) == 0)
        {
            _events.Log($"virtio-mem {device.Id}: {id} is passed over: {busy.Reason}");
            return 0;
        }
        // An online block gives its free pieces of 2 MiB; it goes offline with its last one.
        if (block.State == MemoryBlockState.Online)
            part = Math.Min(part, _inUse.FreeHugePagesIn(block) * VirtioMemDevice.SubBlockBytes);
        CountManaged(id, -part);
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
        _hotplug.RemoveMemory(device.Node, id, 1);
        device.Remove(id);
    }

    /// <summary>Changes the managed pages of a block's zone; an offline block has none.</summary>
    private void CountManaged(BlockId id, long bytes)
    {
        if (_memory.TryGetBlock(id, out var block) && block.State == MemoryBlockState.Online)
        {
            block.Node.Zone(block.Zones.Lowest).ManagedPages += bytes / PhysicalMemory.PageSizeBytes;
            _inUse.ManagedPagesChanged(block, bytes / PhysicalMemory.PageSizeBytes);
        }
    }
}
