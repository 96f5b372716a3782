using HotplugFs.Abi;
using HotplugFs.Engine.Memory;

namespace HotplugFs.Engine;

// virtio-mem devices. Source: modern.md, "virtio-mem"; recording 6.1-c-virtio-mem.
public sealed partial class Machine
{
    private readonly Dictionary<string, VirtioMem> _virtioMems = [];

    /// <summary>The virtio-mem devices, in the order in which they were plugged.</summary>
    public IReadOnlyCollection<VirtioMem> VirtioMems => _virtioMems.Values;

    /// <summary>Finds a virtio-mem device by its name.</summary>
    /// <param name="id">Its name.</param>
    /// <returns>The device, or null.</returns>
    public VirtioMem? FindVirtioMem(string id) => _virtioMems.GetValueOrDefault(id);

    /// <summary>Plugs a virtio-mem device; it has no memory yet.</summary>
    /// <param name="id">A name for it.</param>
    /// <param name="nodeNumber">Its node.</param>
    /// <param name="maxBytes">The size of its region, a multiple of the block size.</param>
    /// <returns>The device; EEXIST if the name is taken, EINVAL for a wrong node or size, ENOSPC without room for the region.</returns>
    public Result<VirtioMem> PlugVirtioMem(string id, int nodeNumber, long maxBytes)
    {
        if (_virtioMems.ContainsKey(id))
            return RefuseVirtioMem(id, Errno.EEXIST, "there is a device of that name");
        if (FindNode(nodeNumber) is not { } node)
            return RefuseVirtioMem(id, Errno.EINVAL, $"node {nodeNumber} is not possible on this machine");
        if (maxBytes <= 0 || maxBytes % BlockSizeBytes != 0)
            return RefuseVirtioMem(id, Errno.EINVAL, $"its size {maxBytes} is not a multiple of the block size {BlockSizeBytes}");
        var address = FirstFreeAddress();
        if (maxBytes > PhysicalMemory.AddressEnd - address)
            return RefuseVirtioMem(id, Errno.ENOSPC, $"it does not fit below 0x{PhysicalMemory.AddressEnd:x}");
        var device = new VirtioMem(id, node, new BlockId((int)(address / BlockSizeBytes)), (int)(maxBytes / BlockSizeBytes));
        _virtioMems.Add(id, device);
        return device;
    }

    private Errno RefuseVirtioMem(string id, Errno error, string reason)
    {
        Log($"virtio-mem {id}: plug refused: {reason}");
        return error;
    }

    /// <summary>
    /// Begins to bring a device to a size: it grows in ascending order, each block onlined as <see cref="AutoOnline"/> says, and shrinks
    /// from the top, online blocks offlined first. A block that cannot go offline ends the shrinking with EBUSY.
    /// </summary>
    /// <param name="device">The device.</param>
    /// <param name="bytes">The size; a part of a block keeps the whole block.</param>
    public HotplugOperation ResizeVirtioMem(VirtioMem device, long bytes) => new(this, operation => Resize(operation, device, bytes));

    private IEnumerable<HotplugStep> Resize(HotplugOperation operation, VirtioMem device, long bytes)
    {
        var blocks = (int)Math.Clamp((bytes + BlockSizeBytes - 1) / BlockSizeBytes, 0, device.MaxBlocks);
        while (device.Blocks < blocks)
        {
            var id = new BlockId(device.First.Number + device.Blocks++);
            AddMemory(device.Node, id, 1, dimm: null);
            if (AutoOnline == OnlineType.Offline)
                continue;
            foreach (var step in AutoOnlineBlock(operation, id))
                yield return step;
            // Whether a block could be onlined does not concern the device.
            operation.Outcome = DeviceOutcome.Done;
        }
        while (device.Blocks > blocks)
        {
            var id = new BlockId(device.First.Number + device.Blocks - 1);
            foreach (var step in DeviceOfflineIfOnline(operation, id))
                yield return step;
            if (!operation.Outcome.IsOk)
                yield break;
            RemoveBlocks(device.Node, id, 1);
            device.Blocks--;
        }
    }

    private IEnumerable<HotplugStep> DeviceOfflineIfOnline(HotplugOperation operation, BlockId id) =>
        this[id].DeviceOnline ? DeviceOffline(operation, id) : [];
}
