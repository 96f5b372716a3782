namespace HotplugFs.Engine;

/// <summary>The PCI devices, and the nodes that they are on (docs/kernels.md, "PCI devices").</summary>
public sealed class PciDevices
{
    private const int NoNode = -1;

    private readonly PhysicalMemory _memory;
    private readonly MachineEvents _events;
    private readonly int[] _nodes;

    /// <exception cref="ArgumentException">An address is defined twice, or a device is on a node that is not defined.</exception>
    internal PciDevices(IReadOnlyList<PciDefinition> definitions, PhysicalMemory memory, MachineEvents events)
    {
        (_memory, _events) = (memory, events);
        All = definitions;
        _nodes = new int[definitions.Count];
        var addresses = new HashSet<PciAddress>();
        for (var i = 0; i < definitions.Count; i++)
        {
            var (address, node) = (definitions[i].Address, definitions[i].Node);
            if (!addresses.Add(address))
                throw new ArgumentException($"the PCI device {address} is defined twice");
            if (node is { } stated && memory.FindNode(stated) is null)
                throw new ArgumentException($"the PCI device {address} is on node {stated}, which is not defined");
            _nodes[i] = node ?? NoNode;
        }
    }

    /// <summary>The devices as they were at boot. The index of a device is its number in the methods here.</summary>
    public IReadOnlyList<PciDefinition> All { get; }

    /// <summary>The number of a device's node; -1 for none.</summary>
    public int NodeOf(int index) => _nodes[index];

    /// <summary>Puts a device on another node, as a write to <c>numa_node</c> does for firmware that states it wrongly.</summary>
    /// <param name="node">The node; -1 for none.</param>
    /// <returns>Success; EINVAL if the node is not online.</returns>
    public Result SetNode(int index, long node)
    {
        if (node != NoNode && (node is < 0 or > NumaNode.MaxNumber || _memory.FindNode((int)node) is not { Online: true }))
        {
            _events.Log.AddRefusal(RefusalRule.NotFound, $"{All[index].Address}: numa_node", $"node {node} is not online");
            return Errno.EINVAL;
        }
        _events.Log.Add($"{All[index].Address}: its node is {node} now; a real kernel calls this a bug of the firmware");
        _nodes[index] = (int)node;
        return Result.Ok;
    }

    /// <summary>Passes the nodes through a stream.</summary>
    internal void Transfer(StateStream state)
    {
        for (var i = 0; i < _nodes.Length; i++)
            _nodes[i] = state.Number(_nodes[i]);
    }
}
