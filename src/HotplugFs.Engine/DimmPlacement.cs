using HotplugFs.Engine.Policies;

namespace HotplugFs.Engine;

/// <summary>Decides where a DIMM is plugged, and whether it can be.</summary>
internal sealed class DimmPlacement(PhysicalMemory memory, KernelRules rules, KernelConfig config, MachineEvents events)
{
    /// <summary>Returns the node and the blocks of a new DIMM; the log has the reason of a refusal.</summary>
    public Result<(NumaNode Node, BlockId First, int Count)> Find(DimmDefinition definition)
    {
        if (!config.Dimms)
            return Refuse(definition, Errno.EOPNOTSUPP, RefusalRule.NotSupported, "the kernel does not add the memory of DIMMs");
        if (!definition.IsAssigned && memory.Architecture.Hotplug != HotplugMethod.LogicalBlocks)
            return Refuse(definition, Errno.EINVAL, RefusalRule.NotSupported, "only memory in logical blocks can be offered without being assigned");
        if (memory.FindNode(definition.Node) is not { } node)
            return Refuse(definition, Errno.EINVAL, RefusalRule.NotFound, $"the machine has no node {definition.Node}");
        if (memory.Dimms.Find(definition.Id) is not null)
            return Refuse(definition, Errno.EEXIST, RefusalRule.Taken, "the name is taken");
        var (size, blockSize) = (definition.SizeBytes, memory.BlockSizeBytes);
        if (size <= 0 || size % blockSize != 0)
        {
            return Refuse(
                definition, Errno.EINVAL, RefusalRule.NotAligned, $"its size {size} is not a multiple of the block size {blockSize}, or nothing");
        }
        var address = definition.Address ?? memory.AddressForNextDevice();
        if (address < 0 || address % blockSize != 0)
        {
            return Refuse(
                definition, Errno.EINVAL, RefusalRule.NotAligned, $"its address 0x{address:x} is not a multiple of the block size 0x{blockSize:x}");
        }
        if (size > memory.AddressEnd || address > memory.AddressEnd - size)
            return Refuse(definition, Errno.ENOSPC, RefusalRule.OutOfRange, $"it does not fit below 0x{memory.AddressEnd:x}");
        var (first, count) = (new BlockId((int)(address / blockSize)), (int)(size / blockSize));
        if (memory.FindConflict(first, count) is { } conflict && !AreLeftBehind(node, first, count))
            return Refuse(definition, Errno.EEXIST, RefusalRule.Taken, conflict);
        return (node, first, count);
    }

    /// <summary>Logs why a DIMM is not plugged.</summary>
    public Errno Refuse(DimmDefinition definition, Errno error, RefusalRule rule, string reason)
    {
        events.Log.AddRefusal(rule, $"dimm {definition.Id}: plug", reason);
        return error;
    }

    /// <summary>True if an ejected DIMM has left all of these blocks behind on a node.</summary>
    private bool AreLeftBehind(NumaNode node, BlockId first, int count) => rules.EjectKeepsBlocks
        && Enumerable.Range(first.Number, count).All(number =>
            memory.TryGetBlock(new BlockId(number), out var block) && block is { IsBoot: false, DimmIndex: < 0 } && block.Node == node);
}
