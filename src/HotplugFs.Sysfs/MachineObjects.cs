using HotplugFs.Engine;
using HotplugFs.Engine.Memory;
using HotplugFs.Kernfs;
using HotplugFs.Sysfs.Objects;

namespace HotplugFs.Sysfs;

/// <summary>The objects of a machine as children of directories.</summary>
internal sealed class MachineObjects(Machine machine)
{
    /// <summary>Every block.</summary>
    public IObjectSet Blocks { get; } = new BlockSetObjects(_ => machine.Blocks, number => machine[new BlockId(number)].Generation);

    /// <summary>The blocks of the node that a directory belongs to.</summary>
    public IObjectSet BlocksOfNode { get; } =
        new BlockSetObjects(node => machine.FindNode(node)!.Blocks, number => machine[new BlockId(number)].Generation);

    /// <summary>The node of the block that a directory belongs to.</summary>
    public IObjectSet OwnNode { get; } = new OwnNode(machine);

    /// <summary>The nodes that are online.</summary>
    public IObjectSet Nodes { get; } = new BlockSetObjects(_ => machine.NodeStates.Online, number => machine.FindNode(number)!.Generation);

    /// <summary>The CPUs of the node that a directory belongs to.</summary>
    public IObjectSet CpusOfNode { get; } = new ListedObjects(node => machine.FindNode(node)!.Cpus);

    /// <summary>The dimms.</summary>
    public INamedObjectSet Dimms { get; } = new DimmObjects(machine);
}
