using HotplugFs.Abi;
using HotplugFs.Engine;
using HotplugFs.Engine.Memory;
using HotplugFs.Kernfs;
using HotplugFs.Sysfs.Uevents;
using static HotplugFs.Kernfs.EntryFactory;

namespace HotplugFs.Sysfs.Directories;

/// <summary><c>/sys/devices/system/node</c> (drivers/base/node.c): the node state files, and <c>nodeN</c>.</summary>
internal sealed class NodeDirectory(Machine machine, MachineObjects objects, NodeMemory memory, Uevent uevent)
{
    /// <summary>st_size of the binary attributes, for as many CPUs as those kernels are built for (recording <c>6.1-a-inventory</c>).</summary>
    private const long CpuMapSize = 4096;
    private const long CpuListSize = 28672;

    private NumberedChildren? _nodes;

    /// <summary>The directories <c>nodeN</c>.</summary>
    public NumberedChildren Nodes => _nodes ??= Numbered("node", objects.Nodes, BuildNode());

    /// <summary>The links <c>memoryN</c> in a node's directory.</summary>
    public NumberedChildren BlocksOfNode { get; } =
        Numbered("memory", objects.BlocksOfNode, (block, text) => text.Append("../../memory/memory"u8).Append(block));

    public DirectoryType Build() => new(
    [
        StateFile("possible", machine.NodeStates.Possible, _ => true),
        StateFile("online", machine.NodeStates.Online),
        StateFile("has_normal_memory", machine.NodeStates.NormalMemory),
        .. When(machine.HasHighMemory, StateFile("has_high_memory", machine.NodeStates.HighMemory)),
        .. When(machine.HasMovableOnlyNodes, StateFile("has_memory", machine.NodeStates.Memory)),
        StateFile("has_cpu", machine.NodeStates.Cpu),
        .. When(machine.Profile.HasGenericInitiator, StateFile("has_generic_initiator", new BlockSet())),
        uevent.OfDirectory(),
        .. When(machine.Config.PowerManagement, Dir("power", new PowerDirectory(_ => true).Build())),
        Nodes,
    ]);

    private DirectoryType BuildNode() => new(
    [
        CpuMask("cpumap", ShowCpuMap, CpuMapSize),
        CpuMask("cpulist", ShowCpuList, CpuListSize),
        Ro("meminfo", memory.ShowMeminfo),
        Ro("numastat", memory.ShowNumastat),
        Ro("distance", ShowDistance),
        Ro("vmstat", memory.ShowVmstat),
        Wo("compact", (_, text) => text.Length),
        uevent.OfDevice(UeventSource.NodePath, "node"),
        Link("subsystem", "../../../../bus/node"),
        .. When(machine.Config.PowerManagement, Dir("power", new PowerDirectory(Stays).Build())),
        Dir(HugepagesDirectory.Name, new HugepagesDirectory(memory).Build(), HasHugepages),
        .. When(machine.Profile.HasMemoryFailureStatistics, Dir("memory_failure", new MemoryFailureDirectory(machine).Build())),
        .. When(machine.Profile.HasArchNodeDirectory, Dir("x86")),
        Numbered("cpu", objects.CpusOfNode, (cpu, text) => text.Append("../../cpu/cpu"u8).Append(cpu)),
        BlocksOfNode,
    ]);

    private bool HasHugepages(int node) => !machine.Profile.HugepagesNeedMemory || machine.NodeStates.Memory.Contains(node);

    private FileEntry CpuMask(string name, Show show, long size) => machine.Profile.CpuMasksAreBinary
        ? Binary(name, show, size, omitsLastByte: machine.Profile.CpuMapOmitsLastByte && size == CpuMapSize)
        : Ro(name, show, isConstant: Stays);

    private static Entry[] When(bool condition, Entry row) => condition ? [row] : [];

    private static SysfsAttribute StateFile(string name, BlockSet nodes, IsConstant? isConstant = null) => Ro(
        name,
        (_, text) =>
        {
            nodes.AppendTo(text);
            text.Append('\n');
            return Result.Ok;
        },
        isConstant: isConstant);

    /// <summary>A node with CPUs never goes; neither do CPUs.</summary>
    private bool Stays(int node) => machine.FindNode(node)!.Cpus.Count > 0;

    private Result ShowCpuList(int obj, TextBuffer text)
    {
        KernelText.AppendList(text, machine.FindNode(obj)!.Cpus);
        text.Append('\n');
        return Result.Ok;
    }

    /// <summary>Hexadecimal, a comma every 32 CPUs, as many digits as the machine's CPUs need.</summary>
    private Result ShowCpuMap(int obj, TextBuffer text)
    {
        var count = machine.PossibleNodes.SelectMany(node => node.Cpus).DefaultIfEmpty(0).Max() + 1;
        var words = new uint[(count + 31) / 32];
        foreach (var cpu in machine.FindNode(obj)!.Cpus)
            words[cpu / 32] |= 1u << cpu;
        text.AppendHex(words[^1], (count - 32 * (words.Length - 1) + 3) / 4);
        for (var word = words.Length - 2; word >= 0; word--)
            text.Append(',').AppendHex(words[word], 8);
        text.Append('\n');
        return Result.Ok;
    }

    private Result ShowDistance(int obj, TextBuffer text)
    {
        var possible = machine.PossibleNodes;
        var first = true;
        for (var i = 0; i < possible.Count; i++)
        {
            if (!possible[i].Online)
                continue;
            text.Append(first ? ""u8 : " "u8).Append(machine.FindNode(obj)!.Distances[i]);
            first = false;
        }
        text.Append('\n');
        return Result.Ok;
    }
}
