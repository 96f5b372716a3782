using HotplugFs.Sysfs.Formats;
using HotplugFs.Sysfs.ObjectSets;
using HotplugFs.Sysfs.Profiles;
using HotplugFs.Sysfs.Uevents;
using static HotplugFs.Kernfs.EntryFactory;

namespace HotplugFs.Sysfs.Directories;

/// <summary><c>/sys/devices/system/node</c> (drivers/base/node.c): the node state files, and <c>nodeN</c>.</summary>
internal sealed class NodeDirectory
{
    private readonly Machine _machine;
    private readonly SysfsProfile _profile;
    private readonly MachineObjects _objects;
    private readonly UeventFiles _uevents;
    private readonly CpuMasks _masks;

    public NodeDirectory(Machine machine, SysfsProfile profile, MachineObjects objects, MemoryStatistics memory, UeventFiles uevents)
    {
        (_machine, _profile, _objects, _uevents) = (machine, profile, objects, uevents);
        _masks = new CpuMasks(machine, profile);
        if (profile.HasAccessClasses && NodeAccessDirectories.IsNeeded(machine))
            Access = new NodeAccessDirectories(machine, profile, objects, uevents);
        BlocksOfNode = Numbered("memory", objects.BlocksOfNode, (block, text) => text.Append("../../memory/memory"u8).Append(block));
        Nodes = Numbered("node", objects.Nodes, BuildNode(memory));
    }

    /// <summary>What the nodes have of the firmware; null if it describes none.</summary>
    public NodeAccessDirectories? Access { get; }

    /// <summary>The directories <c>nodeN</c>.</summary>
    public NumberedChildren Nodes { get; }

    /// <summary>The links <c>memoryN</c> in a node's directory.</summary>
    public NumberedChildren BlocksOfNode { get; }

    public DirectoryType Build() => new(
    [
        StateFile("possible", _machine.NodeStates.Possible, _ => true),
        StateFile("online", _machine.NodeStates.Online),
        StateFile("has_normal_memory", _machine.NodeStates.NormalMemory),
        .. When(_machine.HasHighMemory, StateFile("has_high_memory", _machine.NodeStates.HighMemory)),
        .. When(_machine.HasMovableOnlyNodes, StateFile("has_memory", _machine.NodeStates.Memory)),
        StateFile("has_cpu", _machine.NodeStates.Cpu),
        .. When(_profile.HasGenericInitiator, StateFile("has_generic_initiator", _machine.NodeStates.GenericInitiator, _ => true)),
        _uevents.OfDirectory(),
        .. When(_machine.Config.PowerManagement, Dir("power", PowerDirectory.OfSingleDirectory(_machine.Config.PowerDebug, _objects).Build())),
        Nodes,
    ]);

    private DirectoryType BuildNode(MemoryStatistics memory) => new(
    [
        _masks.Map("cpumap", node => Node(node).Cpus),
        _masks.List("cpulist", node => Node(node).Cpus),
        Ro("meminfo", memory.ShowNodeMeminfo),
        Ro("numastat", memory.ShowNumastat),
        Ro("distance", AppendDistances),
        Ro("vmstat", memory.ShowVmstat),
        Wo("compact", Compact),
        .. When(_profile.HasScanUnevictablePages, Rw("scan_unevictable_pages", (_, text) => text.Append('0'), (_, _) => 1)),
        .. When(_profile.HasReclaim, Wo("reclaim", (_, text) => text.Length)),
        _uevents.OfDevice(UeventSource.NodePath, "node"),
        Link("subsystem", "../../../../bus/node"),
        .. When(
            _machine.Config.PowerManagement,
            Dir("power", new PowerDirectory(_machine.Config.PowerDebug, _objects, _objects.Nodes, IsNeverRemoved).Build())),
        Dir(HugepagesDirectory.Name, new HugepagesDirectory(_machine, _profile).Build(), HasHugepages),
        .. When(
            _profile.HasMemoryFailureStatistics && _machine.Config.MemoryFailure,
            Dir("memory_failure", new MemoryFailureDirectory(_machine).Build())),
        .. When(_machine.Config.Sgx ?? _profile.HasArchNodeDirectory, Dir("x86")),
        .. Access is null ? [] : Access.Build(),
        Numbered("cpu", _objects.CpusOfNode, (cpu, text) => text.Append("../../cpu/cpu"u8).Append(cpu)),
        BlocksOfNode,
    ]);

    /// <summary>Compacts the node's zones, whatever is written.</summary>
    private Result<int> Compact(int node, ReadOnlySpan<byte> text)
    {
        _machine.Compaction.Run(Node(node));
        return text.Length;
    }

    private NumaNode Node(int number) => _machine.FindNode(number)!;

    private bool HasHugepages(int node) =>
        _machine.Config.HugetlbPages && (!_profile.HidesHugepagesWithoutMemory || _machine.NodeStates.Memory.Contains(node));

    private static SysfsAttribute StateFile(string name, BlockSet nodes, IsConstant? isConstant = null) =>
        Ro(name, (_, text) => nodes.AppendTo(text), isConstant);

    /// <summary>A node with CPUs is never removed, nor are its CPUs.</summary>
    private bool IsNeverRemoved(int node) => Node(node).Cpus.Count > 0;

    private void AppendDistances(int node, TextBuffer text)
    {
        var possible = _machine.PossibleNodes;
        for (var i = 0; i < possible.Count; i++)
            if (possible[i].Online)
                text.Append(text.Length == 0 ? ""u8 : " "u8).Append(Node(node).Distances[i]);
    }
}
