using HotplugFs.Abi;
using HotplugFs.Engine;
using HotplugFs.Engine.Notifiers;
using HotplugFs.Kernfs;
using HotplugFs.Sysfs.Control;
using HotplugFs.Sysfs.Directories;
using HotplugFs.Sysfs.Uevents;
using static HotplugFs.Kernfs.EntryFactory;

namespace HotplugFs.Sysfs;

/// <summary>How the tree of a machine is to look.</summary>
public sealed record MachineTreeOptions
{
    /// <summary>Owner and times of the files.</summary>
    public TreeOptions Tree { get; init; } = new();

    /// <summary>Makes the text of <c>hotplugfs/machine</c>.</summary>
    public Func<string> DescribeMachine { get; init; } = () => "";

    /// <summary>Makes the line of <c>hotplugfs/transport</c>: how reads reach the tree.</summary>
    public Func<string> DescribeTransport { get; init; } = () => "none";
}

/// <summary>
/// The sysroot of a machine: what a user sees below the mount point. It joins the engine, which has never heard of files, to the
/// tree, which has never heard of memory: each directory is a table of rows in a file of its own, and the engine's events become
/// changes of the tree here.
/// </summary>
/// <remarks>Owned by the thread that owns the machine and the tree, which is one thread.</remarks>
public sealed class MachineTree
{
    private readonly Machine _machine;
    private readonly MemoryDirectory _memory;
    private readonly NodeDirectory _node;
    private readonly BusDirectory _memoryBus;
    private readonly BusDirectory _nodeBus;
    private readonly ControlDirectory _control;
    private readonly LineLog _ueventLines = new();
    private readonly TextBuffer _ueventLine = new();
    private readonly NodeId _log;
    private readonly NodeId _ueventFile;

    /// <summary>Makes the tree; from then on it follows the machine.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="options">How it is to look.</param>
    public MachineTree(Machine machine, MachineTreeOptions? options = null)
    {
        options ??= new MachineTreeOptions();
        _machine = machine;
        var objects = new MachineObjects(machine);
        var figures = new NodeMemory(machine);
        Uevents = new UeventSource(machine);
        var uevent = new Uevent(machine, Uevents);
        _memory = new MemoryDirectory(machine, objects, uevent);
        _node = new NodeDirectory(machine, objects, figures, uevent);
        _memoryBus = new BusDirectory("memory", objects.Blocks, uevent);
        _nodeBus = new BusDirectory("node", objects.Nodes, uevent);
        _control = new ControlDirectory(machine, objects, Log, _ueventLines, options);
        Tree = new KernfsTree(
            new DirectoryType(
                Dir("sys",
                    Dir("devices",
                        Dir("system",
                            Dir("memory", _memory.Build()),
                            Dir("node", _node.Build()))),
                    Dir("bus",
                        Dir("memory", _memoryBus.Build()),
                        Dir("node", _nodeBus.Build())),
                    Dir("module", Modules(machine, uevent)),
                    Dir("kernel",
                        Dir("debug",
                            Dir("notifier-error-inject", new NotifierErrorInjectDirectory(machine).Build())))),
                Dir("proc",
                    Text("meminfo", figures.ShowMachineMeminfo),
                    Text("zoneinfo", figures.ShowZoneinfo)),
                Dir("hotplugfs", _control.Build())),
            options.Tree with { RefusesSync = machine.Profile.RefusesSync });
        _log = Tree.Find("hotplugfs/log").Value;
        _ueventFile = Tree.Find("hotplugfs/uevents").Value;
        Uevents.Sent += AddToUevents;
        machine.Logged += AddToLog;
        machine.Changed += Follow;
        machine.Notifiers.Register(new HugepagesFollower(this));
    }

    private static DirectoryType Modules(Machine machine, Uevent uevent) => machine.Profile.HasOnlinePolicy
        ? new DirectoryType(Dir("memory_hotplug", new MemoryHotplugModuleDirectory(machine, uevent).Build()))
        : new DirectoryType();

    /// <summary>The tree.</summary>
    public KernfsTree Tree { get; }

    /// <summary>The machine's kernel log, the file <c>hotplugfs/log</c>.</summary>
    public LineLog Log { get; } = new();

    /// <summary>The uevents that the machine's kernel sends.</summary>
    public UeventSource Uevents { get; }

    private void AddToUevents(UeventMessage message)
    {
        _ueventLine.Clear();
        message.AppendJson(_ueventLine);
        _ueventLines.Add(_ueventLine.Text);
        Tree.Notify(_ueventFile);
    }

    /// <summary>A line wakes those who poll the log.</summary>
    private void AddToLog(string line)
    {
        Log.Add(line);
        Tree.Notify(_log);
    }

    private void Follow(HotplugEvent happened)
    {
        FollowInTree(happened);
        Uevents.Follow(happened);
    }

    private void FollowInTree(HotplugEvent happened)
    {
        switch (happened)
        {
            case BlockAdded(var block, var node):
                Tree.ChildAdded(_memory.Blocks, block.Number);
                Tree.ChildAdded(_memoryBus.Devices, block.Number);
                Tree.ChildAdded(_node.BlocksOfNode, block.Number, node.Number);
                break;
            case BlockRemoved(var block, var node):
                Tree.ChildRemoved(_memory.Blocks, block.Number);
                Tree.ChildRemoved(_memoryBus.Devices, block.Number);
                Tree.ChildRemoved(_node.BlocksOfNode, block.Number, node.Number);
                break;
            case NodeAdded(var node):
                Tree.ChildAdded(_node.Nodes, node.Number);
                Tree.ChildAdded(_nodeBus.Devices, node.Number);
                break;
            case NodeRemoved(var node):
                Tree.ChildRemoved(_node.Nodes, node.Number);
                Tree.ChildRemoved(_nodeBus.Devices, node.Number);
                break;
            case DimmAdded(var id):
                Tree.ChildAdded(_control.Dimms, id);
                break;
            case DimmRemoved(var id):
                Tree.ChildRemoved(_control.Dimms, id);
                break;
            default:
                break;
        }
    }

    /// <summary>A node's <c>hugepages</c> comes with its first online memory and goes with its last, as the kernel's notifier has it.</summary>
    private sealed class HugepagesFollower(MachineTree tree) : IMemoryNotifier
    {
        public int Priority => 2;

        public string Name => "node";

        public Result Notify(MemoryAction action, in MemoryNotify argument)
        {
            if (action is MemoryAction.Online or MemoryAction.Offline && argument.StatusChangeNode >= 0)
                tree.HugepagesChanged(argument.StatusChangeNode);
            return Result.Ok;
        }
    }

    private void HugepagesChanged(int node)
    {
        var directory = Tree.Find($"sys/devices/system/node/node{node}");
        if (directory.IsOk)
            Tree.EntryChanged(directory.Value, HugepagesDirectory.Name);
    }
}
