using HotplugFs.Engine.Notifiers;
using HotplugFs.Sysfs.Control;
using HotplugFs.Sysfs.Directories;
using HotplugFs.Sysfs.Formats;
using HotplugFs.Sysfs.ObjectSets;
using HotplugFs.Sysfs.Profiles;
using HotplugFs.Sysfs.Uevents;
using static HotplugFs.Kernfs.EntryFactory;

namespace HotplugFs.Sysfs;

/// <summary>
/// The sysroot of a machine: what a user sees below the mount point. It joins the engine, which knows no files, to the tree, which knows no
/// memory. Each directory is a class with a table of its entries; here the engine's events become changes of the tree.
/// </summary>
/// <remarks>Owned by one thread, which also owns the machine and the tree.</remarks>
public sealed class MachineTree : ISavedState
{
    private readonly Machine _machine;
    private readonly SysfsProfile _profile;
    private readonly MachineTreeOptions _options;
    private readonly MachineObjects _objects;
    private readonly MachineTime _time;
    private readonly Checkpoints _checkpoints;
    private readonly BlockBudget _budget;
    private readonly MemoryDirectory _memory;
    private readonly NodeDirectory _node;
    private readonly BusDirectory _memoryBus;
    private readonly BusDirectory _nodeBus;
    private readonly BusDirectory _cpuBus;
    private readonly AcpiDirectory _acpi;
    private readonly MemoryTierDirectory? _tiers;
    private readonly FirmwareMapDirectory? _firmwareMap;
    private readonly DaxDirectory? _dax;
    private readonly MemoryPolicyFiles _policies;
    private readonly ControlDirectory _control;
    private readonly bool _hasAcpi;
    private readonly bool _hasNodes;
    private readonly LineLog _ueventLines = new();
    private readonly TextBuffer _ueventLine = new();
    private readonly Journal _journal;
    private readonly Scenario _scenario;
    private readonly NodeId _log;
    private readonly NodeId _journalFile;
    private readonly NodeId _ueventFile;

    /// <summary>The rule of the refusal that the next line of the log describes; null if it describes none.</summary>
    private RefusalRule? _refusal;

    /// <summary>Creates the tree, which from then on follows the changes of the machine.</summary>
    /// <param name="profile">The files of the machine's kernel.</param>
    public MachineTree(Machine machine, SysfsProfile profile, MachineTreeOptions? options = null)
    {
        options ??= new MachineTreeOptions();
        (_hasAcpi, _hasNodes) = (machine.Architecture.AcpiContainer is not null, machine.Config.Numa);
        var objects = new MachineObjects(machine);
        (_machine, _profile, _options, _objects) = (machine, profile, options, objects);
        var figures = new UsageFigures(profile, machine.TransparentHugePages);
        var statistics = new MemoryStatistics(machine, profile, figures);
        var freeLists = new FreeListFiles(machine, profile.PageblockTypes);
        var hugepages = new HugepagesDirectory(machine, profile);
        Uevents = new UeventSource(profile, machine.Architecture);
        var uevents = new UeventFiles(machine, profile, Uevents);
        _memory = new MemoryDirectory(machine, profile, objects, uevents);
        _node = new NodeDirectory(machine, profile, objects, statistics, uevents);
        _memoryBus = new BusDirectory(machine, "memory", objects.Blocks, uevents);
        _nodeBus = new BusDirectory(machine, "node", objects.Nodes, uevents);
        _cpuBus = new BusDirectory(machine, "cpu", objects.Cpus, uevents);
        if (machine.Architecture.HasFirmwareMap)
            _firmwareMap = new FirmwareMapDirectory(machine);
        if (_hasNodes && profile.HasMemoryTiers)
            _tiers = new MemoryTierDirectory(machine, profile, objects, uevents, Uevents);
        if (machine.Dax.Regions.Count > 0)
            _dax = new DaxDirectory(machine, profile, objects, uevents, Uevents);
        var pci = machine.Pci.All.Count > 0 ? new PciDirectory(machine, profile, objects, uevents) : null;
        _policies = new MemoryPolicyFiles(machine, profile, objects);
        _acpi = new AcpiDirectory(machine, objects, uevents, Uevents);
        _journal = new Journal(machine, options.NameOf);
        var scenario = _scenario = new Scenario(machine, options.Scenario);
        var time = _time = new MachineTime(machine, options.Clock, _journal, scenario);
        var budget = _budget = new BlockBudget(machine, time, options.MemoryLeft);
        _checkpoints = new Checkpoints(machine, this);
        _control = new ControlDirectory(
            machine, objects, time, Log, _ueventLines, _journal.Lines, budget, _checkpoints, scenario, options.Name, options.Daemon,
            options.DescribeMachine, options.DescribeTransport);
        Tree = new KernfsTree(
            new DirectoryType(
            [
                Dir("sys",
                [
                    Dir("devices",
                    [
                        .. When(
                            _hasAcpi,
                            Dir("LNXSYSTM:00",
                                Dir("LNXSYBUS:00",
                                    Dir(machine.Architecture.AcpiContainer ?? "none", _acpi.Devices)))),
                        Dir("system",
                        [
                            Dir("memory", _memory.Build()),
                            Dir("cpu", new CpuDirectory(machine, profile, objects, uevents).Build()),
                            .. When(_hasNodes, Dir("node", _node.Build())),
                        ]),
                        .. VirtualDevices(uevents),
                        .. _dax is null ? [] : When(true, Dir("platform", _dax.BuildRegions())),
                        .. pci?.BuildRoots() ?? [],
                    ]),
                    Dir("bus",
                    [
                        .. When(
                            _hasAcpi,
                            Dir("acpi",
                                Dir("devices", _acpi.Links))),
                        Dir("memory", _memoryBus.Build()),
                        Dir("cpu", _cpuBus.Build()),
                        .. When(_hasNodes, Dir("node", _nodeBus.Build())),
                        .. _tiers is null ? [] : When(true, Dir(MemoryTierDirectory.Name, _tiers.Bus.Build())),
                        .. pci is null ? [] : When(true, Dir(PciDirectory.Name, pci.BuildBus())),
                        .. _dax is null ? [] : When(true, Dir(DaxDirectory.Name, _dax.Bus.Build()), Dir("platform", _dax.BuildPlatformBus())),
                    ]),
                    .. _dax is null ? [] : When(true, Dir("dev", Dir("char", _dax.DeviceNumbers))),
                    .. When(machine.Dmi.Count > 0, Dir("class", Dir("dmi", DmiDirectory.ClassLink))),
                    .. _firmwareMap is null ? [] : When(true, Dir("firmware", Dir("memmap", _firmwareMap.Build()))),
                    .. machine.StandbyMemory is null
                        ? []
                        : When(true, Dir("firmware", Dir("memory", new StandbyMemoryDirectory(machine, profile).Build()))),
                    Dir("module",
                    [
                        .. When(
                            profile.HasOnlinePolicy,
                            Dir("memory_hotplug", new MemoryHotplugModuleDirectory(machine, profile, uevents).Build())),
                        .. _dax?.BuildModules() ?? [],
                    ]),
                    Dir("kernel",
                    [
                        .. When(machine.LogicalBlocks is not null,
                            Rw("dlpar", (_, text) => text.Append(DlparFile.Resources), new DlparFile(machine).Store)),
                        Dir("debug",
                            [
                                Dir("extfrag",
                                    Text("extfrag_index", freeLists.ShowFragmentation),
                                    Text("unusable_index", freeLists.ShowUnusable)),
                                .. When(
                                    machine.Config.ErrorInjection,
                                    Dir("notifier-error-inject", new NotifierErrorInjectDirectory(machine, profile.InjectedErrors).Build())),
                            ]),
                        Dir("mm",
                        [
                            .. When(machine.Config.HugetlbPages, Dir(HugepagesDirectory.Name, hugepages.BuildOfMachine())),
                            .. _policies.Build(),
                        ]),
                    ]),
                ]),
                .. _dax is null ? [] : When(true, Dir("dev", _dax.DeviceFiles)),
                Dir("proc",
                    Dir("sys",
                        Dir("vm", new SysctlFiles(machine, hugepages).Build())),
                    Text("meminfo", statistics.ShowMachineMeminfo),
                    Text("cpuinfo", new CpuinfoFile(machine, profile).Show),
                    Text("vmstat", new VmstatFile(machine, profile, figures).Show),
                    Text("zoneinfo", new ZoneinfoFile(machine, profile, figures).Show),
                    Text("buddyinfo", freeLists.ShowBuddyinfo),
                    Text("pagetypeinfo", freeLists.ShowPagetypeinfo)),
                Dir("hotplugfs", _control.Build()),
            ]),
            options.Tree with
            {
                RefusesSync = profile.RefusesSync,
                PageSize = machine.PageSizeBytes,
                WriteMax = machine.PageSizeBytes - (profile.WritesEndBeforePage ? 1 : 0),
                RemovedHaveNoLinks = profile.RemovedObjectsHaveNoLinks,
                Callers = time,
                Reads = time.Reads,
            });
        time.Reads.Tree = Tree;
        scenario.Tree = Tree;
        _journal.Files = (Tree, _memory.Blocks);
        _log = Tree.Find("hotplugfs/log").Value;
        _ueventFile = Tree.Find("hotplugfs/uevents").Value;
        _journalFile = Tree.Find("hotplugfs/journal").Value;
        _journal.Added += () => Tree.OpenFiles.Notify(_journalFile);
        Uevents.Sent += AddToUevents;
        machine.Logged += AddToLog;
        machine.Refused += (rule, _) => _refusal = rule;
        machine.Changed += Apply;
        if (!scenario.IsEmpty)
        {
            Uevents.Sent += scenario.Note;
            machine.Changed += scenario.Note;
        }
        if (_dax is not null)
            _dax.RangesChanged += device => _dax.ReportRanges(Tree, device);
        machine.Notifiers.Register(new NodeMemoryNotifier(this));
    }

    /// <summary>The files of the machine.</summary>
    public KernfsTree Tree { get; }

    /// <summary>The machine's kernel log, the file <c>hotplugfs/log</c>.</summary>
    public LineLog Log { get; } = new();

    /// <summary>The uevents that the machine's kernel sends.</summary>
    public UeventSource Uevents { get; }

    /// <summary>Saves the state and the checkpoints.</summary>
    /// <returns>Null while an operation waits, which cannot be saved.</returns>
    public byte[]? SaveAll()
    {
        if (_machine.IsOperationWaiting || _time.HasWaiters)
            return null;
        var state = new StateStream();
        state.Bytes(((ISavedState)this).Save());
        _checkpoints.Transfer(state);
        return state.Written.ToArray();
    }

    /// <summary>
    /// Gives a machine that has just started the state of <see cref="SaveAll"/>, and makes the changes since then again. Operations that
    /// wait at the end are ended as by a signal, because their callers are gone.
    /// </summary>
    /// <param name="state">The state.</param>
    /// <param name="changes">What <see cref="IChangeLog.Append"/> was given.</param>
    /// <returns>True if an operation was ended; <see cref="RecordTo"/> then has to know it.</returns>
    /// <exception cref="FormatException">This is no state of this machine.</exception>
    public bool LoadAll(ReadOnlyMemory<byte> state, IEnumerable<ReadOnlyMemory<byte>> changes)
    {
        var read = new StateStream(state);
        ((ISavedState)this).Restore(read.Bytes([]));
        _checkpoints.Transfer(read);
        var replay = new ChangeReplay(Tree, _machine, _time, _journal);
        _budget.IsUnlimited = true;
        foreach (var change in changes)
            replay.Apply(Change.Transfer(new StateStream(change), null));
        var wasWaiting = replay.IsWaiting;
        replay.Abandon();
        replay.End();
        _budget.IsUnlimited = false;
        return wasWaiting;
    }

    /// <summary>Adds all changes from now on to a log.</summary>
    /// <param name="wasWaiting">What <see cref="LoadAll"/> returned.</param>
    /// <returns>Success; an errno of the log.</returns>
    public Result RecordTo(IChangeLog log, bool wasWaiting = false)
    {
        var recorder = new ChangeRecorder(log, SaveAll);
        if (wasWaiting && recorder.Append(new Change(ChangeKind.Abandon, _time.Now)).Failed(out var error))
            return error;
        _time.Recorder = recorder;
        return Result.Ok;
    }

    byte[] ISavedState.Save()
    {
        var state = new StateStream();
        _machine.Save(state);
        Transfer(state);
        return state.Written.ToArray();
    }

    byte[] ISavedState.SaveStart()
    {
        ISavedState start = new MachineTree(_machine.BootAgain(), _profile, _options with { Clock = new ManualClock() });
        return start.Save();
    }

    /// <summary>Gives machine and files a state. It is no event for the kernel, so there are no uevents.</summary>
    void ISavedState.Restore(byte[] state)
    {
        var read = new StateStream(state);
        var tiers = _tiers?.Present() ?? [];
        var changes = _machine.Restore(read);
        Transfer(read);
        if (!read.IsAtEnd)
            throw new FormatException("the state is longer than the machine's");
        foreach (var change in changes)
            ApplyToTree(change);
        _tiers?.Restored(Tree.Changes, tiers);
        _firmwareMap?.Follow(Tree.Changes, isRestored: true);
        foreach (var device in _machine.Dax)
        {
            _dax!.ReportRanges(Tree, device);
            _dax.DriverChanged(Tree, device);
        }
        foreach (var node in _machine.NodeStates.Online.Members())
        {
            HugepagesChanged(node);
            _node.Access?.Restored(Tree, node);
            _policies.MemoryChanged(Tree, node);
        }
        foreach (var log in (ReadOnlySpan<NodeId>)[_log, _ueventFile, _journalFile])
            Tree.OpenFiles.Notify(log);
    }

    /// <summary>Passes what the files have that the machine has not through a stream.</summary>
    private void Transfer(StateStream state)
    {
        _time.Transfer(state);
        _scenario.Transfer(state);
        Uevents.Transfer(state);
        Log.Transfer(state);
        _ueventLines.Transfer(state);
        _journal.Transfer(state);
        _memoryBus.Transfer(state);
        _nodeBus.Transfer(state);
        _cpuBus.Transfer(state);
        _tiers?.Bus.Transfer(state);
        _policies.Transfer(state);
        foreach (var setting in _objects.Settings)
            setting.Transfer(state);
        Tree.Transfer(state);
    }

    /// <summary>Returns <c>/sys/devices/virtual</c>, if it has a device.</summary>
    private Entry[] VirtualDevices(UeventFiles uevents)
    {
        Entry[] devices =
        [
            .. _machine.Dmi.Count > 0 ? When(true, Dir("dmi", Dir("id", new DmiDirectory(_machine, _objects, uevents).Build()))) : [],
            .. _tiers is null ? [] : When(true, Dir(MemoryTierDirectory.Name, _tiers.Build())),
        ];
        return devices.Length > 0 ? [Dir("virtual", devices)] : [];
    }

    private void AddToUevents(UeventMessage message)
    {
        _ueventLine.Clear();
        message.AppendJson(_ueventLine);
        _ueventLines.Add(_ueventLine.Text);
        _journal.AddUevent(_ueventLine.Text[..^1]);
        Tree.OpenFiles.Notify(_ueventFile);
    }

    /// <summary>Adds a line, with the rule at its end if it describes a refusal, and wakes clients that poll the log.</summary>
    private void AddToLog(string line)
    {
        Log.Add(_refusal is { } rule ? $"{line} [{rule.Word()}]" : line);
        _refusal = null;
        Tree.OpenFiles.Notify(_log);
    }

    private void Apply(HotplugEvent change)
    {
        ApplyToTree(change);
        Uevents.Apply(change);
        SendDax(change);
        _journal.Apply(change);
    }

    private void ApplyToTree(HotplugEvent change)
    {
        _firmwareMap?.Follow(Tree.Changes);
        switch (change)
        {
            case BlockAdded(var block, var node):
                Tree.Changes.ChildAdded(_memory.Blocks, block.Number);
                Tree.Changes.ChildAdded(_memoryBus.Devices, block.Number);
                if (_hasNodes)
                    Tree.Changes.ChildAdded(_node.BlocksOfNode, block.Number, node.Number);
                break;
            case BlockRemoved(var block, var node):
                Tree.Changes.ChildRemoved(_memory.Blocks, block.Number);
                Tree.Changes.ChildRemoved(_memoryBus.Devices, block.Number);
                if (_hasNodes)
                    Tree.Changes.ChildRemoved(_node.BlocksOfNode, block.Number, node.Number);
                break;
            case NodeAdded(var node) when _hasNodes:
                Tree.Changes.ChildAdded(_node.Nodes, node.Number);
                Tree.Changes.ChildAdded(_nodeBus.Devices, node.Number);
                break;
            case NodeRemoved(var node) when _hasNodes:
                Tree.Changes.ChildRemoved(_node.Nodes, node.Number);
                Tree.Changes.ChildRemoved(_nodeBus.Devices, node.Number);
                _node.Access?.NodeRemoved(Tree, node.Number);
                break;
            case DimmAdded(var dimm):
                Tree.Changes.ChildAdded(_control.Dimms, dimm.Id);
                if (_hasAcpi)
                {
                    Tree.Changes.ChildAdded(_acpi.Devices, dimm.AcpiName);
                    Tree.Changes.ChildAdded(_acpi.Links, dimm.AcpiName);
                }
                break;
            case DimmRemoved(var dimm):
                Tree.Changes.ChildRemoved(_control.Dimms, dimm.Id);
                if (_hasAcpi)
                {
                    Tree.Changes.ChildRemoved(_acpi.Devices, dimm.AcpiName);
                    Tree.Changes.ChildRemoved(_acpi.Links, dimm.AcpiName);
                }
                break;
            case CpuOnline(var cpu):
                CpuChanged(cpu);
                break;
            case CpuOffline(var cpu):
                CpuChanged(cpu);
                break;
            case DaxAdded(var device):
                _dax!.Changed(Tree.Changes, device, isAdded: true);
                break;
            case DaxRemoved(var device):
                _dax!.Changed(Tree.Changes, device, isAdded: false);
                break;
            case DaxBound(var device):
                _dax!.DriverChanged(Tree, device);
                break;
            case DaxUnbound(var device, _):
                _dax!.DriverChanged(Tree, device);
                break;
            case LoadAdded(var id):
                Tree.Changes.ChildAdded(_control.Loads, id);
                break;
            case LoadRemoved(var id):
                Tree.Changes.ChildRemoved(_control.Loads, id);
                break;
            default:
                break;
        }
    }

    private void SendDax(HotplugEvent change)
    {
        switch (change)
        {
            case DaxAdded(var device):
                _dax!.Send("add", device);
                break;
            case DaxRemoved(var device):
                _dax!.Send("remove", device);
                break;
            case DaxBound(var device):
                _dax!.Send("bind", device);
                break;
            case DaxUnbound(var device, _):
                _dax!.Send("unbind", device);
                break;
            default:
                break;
        }
    }

    private void CpuChanged(int cpu)
    {
        var directory = Tree.Find($"sys/devices/system/cpu/cpu{cpu}").Value;
        foreach (var name in CpuDirectory.OfOnlineCpus)
            Tree.Changes.EntryChanged(directory, name);
    }

    private void HugepagesChanged(int node)
    {
        var directory = Tree.Find($"sys/devices/system/node/node{node}");
        if (directory.IsOk)
            Tree.Changes.EntryChanged(directory.Value, HugepagesDirectory.Name);
    }

    /// <summary>
    /// Follows the memory of nodes, as the notifiers of the node driver and of the memory tiers do: <c>hugepages</c> and the tier are added
    /// with the first online block of a node and removed with the last one.
    /// </summary>
    private sealed class NodeMemoryNotifier(MachineTree tree) : IMemoryNotifier
    {
        public int Priority => 2;

        public string Name => "node";

        public Result Notify(MemoryAction action, in MemoryNotify argument)
        {
            if (action is MemoryAction.Online or MemoryAction.Offline && argument.StatusChangeNode is >= 0 and var node)
            {
                tree.HugepagesChanged(node);
                tree._node.Access?.MemoryChanged(tree.Tree, node);
                tree._policies.MemoryChanged(tree.Tree, node);
                tree._tiers?.MemoryChanged(tree.Tree.Changes, node, action == MemoryAction.Online);
            }
            return Result.Ok;
        }
    }
}
