using HotplugFs.Sysfs.ObjectSets;
using HotplugFs.Sysfs.Profiles;
using static HotplugFs.Kernfs.EntryFactory;

namespace HotplugFs.Sysfs.Directories;

/// <summary>
/// <c>nodeN/accessM</c> and <c>nodeN/memory_side_cache</c>: what the firmware states about the access to memory (docs/kernels.md, "Access
/// classes"). The kernel makes them when memory of the node comes online, and keeps them as long as the node.
/// </summary>
internal sealed class NodeAccessDirectories
{
    private const string Caches = "memory_side_cache";

    private static readonly string[] ClassNames = ["access0", "access1"];

    private readonly Machine _machine;
    private readonly SysfsProfile _profile;
    private readonly MachineObjects _objects;
    private readonly UeventFiles _uevents;

    /// <summary>The nodes that had memory online since they were added.</summary>
    private readonly PerObject _known;
    private readonly NumberedChildren[] _initiators;
    private readonly NumberedChildren[] _targets;

    public NodeAccessDirectories(Machine machine, SysfsProfile profile, MachineObjects objects, UeventFiles uevents)
    {
        (_machine, _profile, _objects, _uevents) = (machine, profile, objects, uevents);
        _known = objects.AddSetting(objects.Nodes);
        var classes = profile.HasCpuAccessClass ? 2 : 1;
        _initiators = new NumberedChildren[classes];
        _targets = new NumberedChildren[classes];
        for (var i = 0; i < classes; i++)
        {
            var index = i;
            _initiators[i] = Links(node => AccessTo(node, index)?.Initiators ?? []);
            _targets[i] = Links(node => TargetsOf(node, index));
        }
    }

    /// <summary>True if the firmware describes the access to memory of any node.</summary>
    public static bool IsNeeded(Machine machine)
    {
        foreach (var node in machine.PossibleNodes)
            if (node.Hardware.Access is not null || node.Hardware.CpuAccess is not null || node.Hardware.SideCaches.Count > 0)
                return true;
        return false;
    }

    /// <summary>The entries of a node's directory.</summary>
    public Entry[] Build()
    {
        var entries = new List<Entry>();
        for (var i = 0; i < _initiators.Length; i++)
            entries.Add(Class(i));
        var levels = _machine.PossibleNodes.Max(node => node.Hardware.SideCaches.Count);
        if (levels > 0)
        {
            entries.Add(Dir(
                Caches,
                new DirectoryType(
                [
                    .. Enumerable.Range(1, levels).Select(Level),
                    .. Power(),
                    _uevents.OfDirectory(),
                ]),
                node => IsKnown(node) && Node(node).Hardware.SideCaches.Count > 0));
        }
        return [.. entries];
    }

    /// <summary>Follows a node whose first memory comes online or whose last goes offline.</summary>
    public void MemoryChanged(KernfsTree tree, int number)
    {
        _known[number] = true;
        Changed(tree, number, static (changes, set, node, parent) => changes.ChildAdded(set, node, parent));
    }

    /// <summary>Follows a restored state, in which a node may have had memory online or not.</summary>
    public void Restored(KernfsTree tree, int number) =>
        Changed(tree, number, static (changes, set, node, parent) => changes.ChildRemoved(set, node, parent));

    /// <summary>Follows the removal of a node.</summary>
    public void NodeRemoved(KernfsTree tree, int number) =>
        Changed(tree, number, static (changes, set, node, parent) => changes.ChildRemoved(set, node, parent));

    private void Changed(KernfsTree tree, int number, Action<PendingChanges, NumberedChildren, int, int> report)
    {
        EntriesChanged(tree, number);
        for (var i = 0; i < _targets.Length; i++)
        {
            foreach (var initiator in StatedAccess(number, i)?.Initiators ?? [])
            {
                EntriesChanged(tree, initiator);
                report(tree.Changes, _initiators[i], initiator, number);
                report(tree.Changes, _targets[i], number, initiator);
            }
        }
    }

    private static void EntriesChanged(KernfsTree tree, int node)
    {
        if (tree.Find($"sys/devices/system/node/node{node}") is not { IsOk: true } directory)
            return;
        foreach (var name in (string[])[.. ClassNames, Caches])
            tree.Changes.EntryChanged(directory.Value, name);
    }

    private DirectoryEntry Class(int index) => Dir(
        ClassNames[index],
        new DirectoryType(
        [
            Dir("initiators", [.. NodeAccess.FigureNames.Select((name, figure) => Figure(name, index, figure)), _initiators[index]]),
            Dir("targets", _targets[index]),
            .. Power(),
            _uevents.OfDirectory(),
        ]),
        node => AccessTo(node, index) is not null || TargetsOf(node, index).Count > 0);

    private SysfsAttribute Figure(string name, int index, int figure) => Ro(
        name,
        (node, text) =>
        {
            text.Append(AccessTo(node, index)!.Figures[figure]).Append('\n');
            return Result.Ok;
        },
        isVisible: node => AccessTo(node, index) is not null);

    private DirectoryEntry Level(int level) => Dir(
        $"index{level}",
        new DirectoryType(
        [
            Ro("indexing", (node, text) => text.Append(Cache(node, level).Indexing)),
            Ro("line_size", (node, text) => text.Append(Cache(node, level).LineSizeBytes)),
            Ro("size", (node, text) => text.Append(Cache(node, level).SizeBytes)),
            Ro("write_policy", (node, text) => text.Append(Cache(node, level).WritePolicy)),
            .. Power(),
            _uevents.OfDirectory(),
        ]),
        node => Node(node).Hardware.SideCaches.Count >= level);

    private ReadOnlySpan<Entry> Power() => When(
        _machine.Config.PowerManagement,
        Dir("power", new PowerDirectory(_machine.Config.PowerDebug, _objects, _objects.Nodes, _ => false)
            .BuildPlain(_profile.HidesRuntimeOfPlainDevices)));

    private static NumberedChildren Links(Func<int, IReadOnlyList<int>> nodes) =>
        Numbered("node", new ListedObjects(nodes), (node, text) => text.Append("../../../node"u8).Append(node));

    private NodeAccess? StatedAccess(int node, int index) =>
        index == 0 ? Node(node).Hardware.Access : Node(node).Hardware.CpuAccessIn(_machine);

    private NodeAccess? AccessTo(int node, int index) => IsKnown(node) ? StatedAccess(node, index) : null;

    private List<int> TargetsOf(int initiator, int index)
    {
        var targets = new List<int>();
        foreach (var node in _machine.PossibleNodes)
            if (AccessTo(node.Number, index)?.Initiators.Contains(initiator) == true)
                targets.Add(node.Number);
        return targets;
    }

    private bool IsKnown(int node) => _machine.NodeStates.Memory.Contains(node) || (_machine.NodeStates.Online.Contains(node) && _known[node]);

    private SideCache Cache(int node, int level) => Node(node).Hardware.SideCaches[level - 1];

    private NumaNode Node(int number) => _machine.FindNode(number)!;
}
