using HotplugFs.Engine.Pages;

namespace HotplugFs.Sysfs.ObjectSets;

/// <summary>The objects of a machine as the children of directories.</summary>
internal sealed class MachineObjects
{
    private readonly Machine _machine;
    private readonly List<PerObject> _settings = [];

    public MachineObjects(Machine machine)
    {
        _machine = machine;
        Blocks = new BlockSetObjects(_ => machine.Blocks, BlockGeneration);
        BlocksOfNode = new BlockSetObjects(node => machine.FindNode(node)!.Blocks, BlockGeneration);
        NodesOfBlock = new NodesOfBlock(machine);
        Nodes = new BlockSetObjects(_ => machine.NodeStates.Online, NodeGeneration);
        CpusOfNode = new ListedObjects(node => machine.FindNode(node)!.Cpus);
        Cpus = new BlockSetObjects(_ => machine.Cpus.Present, _ => 0);
        OwnNodeOfCpu = new OwnNode(cpu => machine.Cpus.NodeOf(cpu));
        Dimms = new NamedObjects<Dimm>(
            machine.Dimms.At, id => machine.Dimms.Find(id)?.Index, machine.Dimms.NextIndex, () => machine.Dimms.Count, dimm => dimm.Id,
            dimm => dimm.Generation);
        DimmSlots = new NamedObjects<Dimm>(
            machine.Dimms.At, name => machine.Dimms.FirstOrDefault(dimm => dimm.AcpiName == name)?.Index, machine.Dimms.NextIndex,
            () => machine.Dimms.Count, dimm => dimm.AcpiName, dimm => dimm.Generation);
        Loads = new NamedObjects<Load>(
            machine.Loads.At, id => machine.Loads.Find(id)?.Index, machine.Loads.NextIndex, () => machine.Loads.Count, load => load.Id,
            load => load.Generation);
    }

    /// <summary>All blocks that are present.</summary>
    public IObjectSet Blocks { get; }

    /// <summary>The blocks of the node that a directory belongs to.</summary>
    public IObjectSet BlocksOfNode { get; }

    /// <summary>The nodes of the block that a directory belongs to.</summary>
    public IObjectSet NodesOfBlock { get; }

    /// <summary>The nodes that are online.</summary>
    public IObjectSet Nodes { get; }

    /// <summary>All CPUs that are present.</summary>
    public IObjectSet Cpus { get; }

    /// <summary>The node of the CPU that a directory belongs to.</summary>
    public IObjectSet OwnNodeOfCpu { get; }

    /// <summary>The CPUs of the node that a directory belongs to.</summary>
    public IObjectSet CpusOfNode { get; }

    /// <summary>The DIMMs, by the names that users gave them.</summary>
    public INamedObjectSet Dimms { get; }

    /// <summary>The DIMMs, by the names of their ACPI devices.</summary>
    public INamedObjectSet DimmSlots { get; }

    /// <summary>The loads, by the names that users gave them.</summary>
    public INamedObjectSet Loads { get; }

    /// <summary>The settings of the objects, in the order of the directories that have them.</summary>
    public IReadOnlyList<PerObject> Settings => _settings;

    /// <summary>Adds a setting that clients can switch.</summary>
    /// <param name="objects">The objects that have it; null if there is one only.</param>
    public PerObject AddSetting(IObjectSet? objects)
    {
        var setting = new PerObject(objects);
        _settings.Add(setting);
        return setting;
    }

    /// <summary>Returns the generation of a block that is present.</summary>
    public uint BlockGeneration(int number) => _machine[new BlockId(number)].Generation;

    /// <summary>Returns how often a node was added before; another number for each life of the node.</summary>
    public uint NodeGeneration(int number) => _machine.FindNode(number)!.Generation;
}
