using System.Collections;

namespace HotplugFs.Engine;

/// <summary>
/// The virtio-mem devices, enumerated in the order of plugging. Source: docs/kernels.md, "virtio-mem"; recording <c>6.1-c-virtio-mem</c>.
/// </summary>
public sealed class VirtioMemDevices : IEnumerable<VirtioMemDevice>
{
    private readonly PhysicalMemory _memory;
    private readonly MemoryHotplug _hotplug;
    private readonly MemorySubsystem _devices;
    private readonly HotplugLock _lock;
    private readonly MachineEvents _events;
    private readonly Dictionary<string, VirtioMemDevice> _byId = [];

    internal VirtioMemDevices(
        PhysicalMemory memory, MemoryHotplug hotplug, MemorySubsystem devices, HotplugLock hotplugLock, MachineEvents events) =>
        (_memory, _hotplug, _devices, _lock, _events) = (memory, hotplug, devices, hotplugLock, events);

    /// <summary>Finds a device by its name.</summary>
    /// <returns>The device, or null if no device has this name.</returns>
    public VirtioMemDevice? Find(string id) => _byId.GetValueOrDefault(id);

    /// <inheritdoc/>
    public IEnumerator<VirtioMemDevice> GetEnumerator() => _byId.Values.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Plugs a device without memory.</summary>
    /// <param name="nodeNumber">The node of its future blocks.</param>
    /// <param name="maxBytes">The size of its region, a multiple of the block size.</param>
    /// <returns>
    /// The device; EEXIST if the name is taken; EINVAL if the node is not possible or the size is wrong; ENOSPC if the region does not fit
    /// below <see cref="PhysicalMemory.AddressEnd"/>.
    /// </returns>
    public Result<VirtioMemDevice> Plug(string id, int nodeNumber, long maxBytes)
    {
        if (_byId.ContainsKey(id))
            return Refuse(id, Errno.EEXIST, "the name is taken");
        if (_memory.FindNode(nodeNumber) is not { } node)
            return Refuse(id, Errno.EINVAL, $"the machine has no node {nodeNumber}");
        var blockSize = _memory.BlockSizeBytes;
        if (maxBytes <= 0 || maxBytes % blockSize != 0)
            return Refuse(id, Errno.EINVAL, $"its size {maxBytes} is not a multiple of the block size {blockSize}");
        var address = _memory.AddressForNextDevice();
        if (maxBytes > PhysicalMemory.AddressEnd - address)
            return Refuse(id, Errno.ENOSPC, $"it does not fit below 0x{PhysicalMemory.AddressEnd:x}");
        var device = new VirtioMemDevice(id, node, new BlockId((int)(address / blockSize)), (int)(maxBytes / blockSize));
        _byId.Add(id, device);
        return device;
    }

    private Errno Refuse(string id, Errno error, string reason)
    {
        _events.Log($"virtio-mem {id}: plug refused: {reason}");
        return error;
    }

    /// <summary>
    /// Changes the size of a device. It grows in ascending order and onlines each block as <see cref="MemorySubsystem.AutoOnline"/>
    /// requests; a block that cannot be onlined stays offline. It shrinks from the top and offlines online blocks first; a block that
    /// cannot go offline ends the shrinking.
    /// </summary>
    /// <param name="bytes">The new size; a part of a block counts as a whole block.</param>
    /// <returns>Success, or the errno of the block that did not go offline.</returns>
    public Result Resize(VirtioMemDevice device, long bytes)
    {
        using var operation = _lock.Enter();
        var blocks = (int)Math.Clamp((bytes + _memory.BlockSizeBytes - 1) / _memory.BlockSizeBytes, 0, device.MaxBlocks);
        while (device.Blocks < blocks)
        {
            var id = new BlockId(device.First.Number + device.Blocks++);
            _hotplug.AddMemory(device.Node, id, 1, dimm: null);
            _devices.AutoOnlineBlocks(id, 1);
        }
        while (device.Blocks > blocks)
        {
            var id = new BlockId(device.First.Number + device.Blocks - 1);
            if (_memory[id].DeviceOnline && !_devices.Offline(id).TryGet(out _, out var error))
                return error;
            _hotplug.RemoveMemory(device.Node, id, 1);
            device.Blocks--;
        }
        return Result.Ok;
    }
}
