using System.Collections.Immutable;
using HotplugFs.Engine.Faults;
using HotplugFs.Engine.Notifiers;
using HotplugFs.Engine.Pages;
using HotplugFs.Engine.Policies;

namespace HotplugFs.Engine;

/// <summary>
/// A simulated machine: its physical memory, the kernel that manages it, and the devices that memory is plugged with. It does no I/O and
/// has no clock: the caller supplies time.
/// </summary>
/// <remarks>Owned by one thread. Notifiers and event handlers cannot start hotplug operations: those throw.</remarks>
public sealed class Machine
{
    private readonly PhysicalMemory _memory;
    private readonly MemoryInUse _pages;
    private readonly MachineEvents _events = new();
    private readonly HotplugLock _lock;
    private readonly DimmHotplug _dimmHotplug;
    private readonly MemoryHotplug _hotplug;
    private readonly FaultInjection _injection;
    private readonly MachineDefinition _definition;

    /// <summary>Boots a machine and plugs its DIMMs.</summary>
    /// <exception cref="ArgumentException">The definition contradicts itself.</exception>
    public Machine(MachineDefinition definition, KernelRules rules)
    {
        Rules = rules;
        Config = definition.Config;
        _definition = definition;
        PhysDeviceBytes = definition.PhysDeviceBytes;
        _memory = MachineBuilder.Build(definition, rules);
        if (_memory.Architecture.KeepsBootMemory)
            Notifiers.Register(new BootMemoryNotifier(_memory));
        Notifiers.Register(ErrorInjection);
        _lock = new HotplugLock(rules.WaitersIgnoreSignals);
        Cpus = new CpuDevices(definition, _memory, _lock, _events);
        _pages = new MemoryInUse(_memory, rules, Config, _events.Log);
        foreach (var zone in definition.Zones)
            _pages.UseAtBoot(_memory.FindNode(zone.Node)!.Zone(zone.Type), zone.UsedPages, zone.Marks);
        Faults = new FaultList(_events.Log);
        _injection = new FaultInjection(Faults, _memory, _lock);
        _memory.IsolatePages = _injection.Override(_memory.IsolatePages);
        Loads.Started += load => _events.Raise(new LoadAdded(load.Id));
        Loads.Stopped += load => _events.Raise(new LoadRemoved(load.Id));
        Poison = new PoisonedPages(_memory, rules, _pages.Retirement, _lock, _events);
        _hotplug = new MemoryHotplug(_memory, rules, _pages, Notifiers, _injection, Poison, _lock, _events, Config.MemoryHotremove);
        Devices = new MemorySubsystem(_memory, rules, _hotplug, _injection, _lock, _events);
        VirtioMem = new VirtioMemDevices(_memory, rules, _pages, _hotplug, Devices, _lock, _events);
        var placement = new DimmPlacement(_memory, rules, Config, _events);
        _dimmHotplug = new DimmHotplug(_memory, rules, Config.MemmapOnMemory, _hotplug, Devices, _injection, placement, _lock, _events);
        if (_memory.Architecture.Hotplug == HotplugMethod.LogicalBlocks)
            LogicalBlocks = new LogicalBlocks(_memory, _hotplug, Devices, _injection, placement, _lock, _events, definition);
        if (_memory.Architecture.HasStandby && rules.ConfiguresStandby)
            StandbyMemory = new StandbyMemory(_memory, _hotplug, Devices, _injection, _lock, _events, definition.Standby);
        Pci = new PciDevices(definition.Pci, _memory, _events);
        Dax = new DaxBus(_memory, rules, Config.MemmapOnMemory, _hotplug, Devices, _injection, _lock, _events);
        _events.Changed += change =>
        {
            if (change is BlockRemoved { Block: var block })
                Faults.BlockRemoved(block);
        };
        foreach (var page in definition.Memory.SelectMany(range => range.RetiredPages))
            Poison.Restore(page);
        PlugDevices(definition);
        UseMemory(definition);
        // Last, because the pages of a saved machine's loads are at known places.
        foreach (var node in definition.Nodes)
            if (!PageDescriptors.Restore(FindNode(node.Number)!, node.PageDescriptors).IsOk)
                throw new ArgumentException($"the pages that the machine lists for the page descriptors of node {node.Number} are not all free");
        PageDescriptors.Booted();
        foreach (var fault in definition.Faults)
            Require(() => Faults.Add(fault).TryGet(out _, out var error) ? Result.Ok : error);
    }

    private void PlugDevices(MachineDefinition definition)
    {
        foreach (var dimm in definition.Dimms.Where(dimm => Dimms.Find(dimm.Id) is null))
            if (!Plug(dimm).TryGet(out _, out var error))
                throw new ArgumentException($"dimm {dimm.Id} cannot be added: {error}");
        Devices.AutoOnline = definition.AutoOnline;
        foreach (var region in definition.Dax)
            Dax.Boot(region);
        MigrationRate = definition.MigrationRate;
        foreach (var device in definition.VirtioMem)
        {
            if (VirtioMem.Find(device.Id) is not { } present)
                Require(() => VirtioMem.Plug(device).TryGet(out _, out var error) ? Result.Ok : error);
            else if (present.Blocks.Count == 0 && !device.IsRetrying)
                Require(() => VirtioMem.Resize(present, device.SizeBytes));
            else
                VirtioMem.Resume(present);
        }
    }

    private void UseMemory(MachineDefinition definition)
    {
        foreach (var node in definition.Nodes)
            Reserve(node);
        foreach (var node in definition.Nodes)
        {
            if (node.FreeHugePages.Count > 0 && !AllHugePages.Reverse().All(pools => pools.Restore(FindNode(node.Number)!, node.FreeHugePages).IsOk))
                throw new ArgumentException($"the free huge pages that the machine lists for node {node.Number} are not all free");
        }
        // Huge pages first, because they need whole pageblocks.
        foreach (var load in definition.Loads.OrderBy(load => !load.Kind.IsHuge()))
            Require(() => StartLoad(load));
    }

    private void Reserve(NodeDefinition definition)
    {
        var node = FindNode(definition.Number)!;
        // The largest first, because they need most memory in one piece.
        for (var i = definition.OtherHugePages.Count - 1; i >= 0; i--)
        {
            var (sizeKiB, count) = definition.OtherHugePages[i];
            var pools = AllHugePages.Find(sizeKiB) ?? throw new ArgumentException($"the machine has no huge pages of {sizeKiB} KiB");
            pools.Reserve(node, count);
        }
        HugePages.Reserve(node, definition.HugePages);
    }

    private Result StartLoad(LoadDefinition definition)
    {
        if (FindNode(definition.Node) is not { } node)
            throw new ArgumentException($"load {definition.Id} is on node {definition.Node}, which is not defined");
        var placement = new LoadPlacement(node, definition.Policy) { HugePageKiB = definition.HugePageKiB };
        var started = definition.Places.Count > 0 || definition.SizeBytes == 0
            ? Loads.Restore(definition, node)
            : Loads.Start(definition.Id, definition.Kind, definition.SizeBytes, placement);
        if (!started.TryGet(out var load, out var error))
            return error;
        Loads.Churn(load, definition.Churn, definition.Seed);
        return Result.Ok;
    }

    /// <summary>Does a part of the boot, which must succeed.</summary>
    /// <exception cref="ArgumentException">It fails; the message is the last line of the log.</exception>
    private void Require(Func<Result> step)
    {
        var reason = "";
        void Note(string line) => reason = line;
        _events.Log.Logged += Note;
        if (step().Failed(out var error))
            throw new ArgumentException(reason.Length > 0 ? reason : $"{error.Name()}");
        _events.Log.Logged -= Note;
    }

    /// <summary>Raised for each change, in order, after the machine shows it.</summary>
    public event Action<HotplugEvent>? Changed
    {
        add => _events.Changed += value;
        remove => _events.Changed -= value;
    }

    /// <summary>Raised for each line of the kernel log, such as the reason of a refusal.</summary>
    public event Action<string>? Logged
    {
        add => _events.Log.Logged += value;
        remove => _events.Log.Logged -= value;
    }

    /// <summary>Raised for each request that is refused or ignored, with the reason, before its line in the log.</summary>
    public event Action<RefusalRule, string>? Refused
    {
        add => _events.Log.Refused += value;
        remove => _events.Log.Refused -= value;
    }

    /// <summary>The rules of the kernel.</summary>
    public KernelRules Rules { get; }

    /// <summary>The kernel's build options.</summary>
    public KernelConfig Config { get; }

    /// <inheritdoc cref="MachineDefinition.Dmi"/>
    public IReadOnlyDictionary<string, string> Dmi => _definition.Dmi;

    /// <summary>The memory at the beginning, as the firmware describes it: boot memory, DIMMs and memory of other devices.</summary>
    public IReadOnlyList<MemoryRange> MemoryAtBoot => _definition.Memory;

    /// <inheritdoc cref="MachineDefinition.PhysDeviceBytes"/>
    public long PhysDeviceBytes { get; }

    /// <summary>The notifier chain.</summary>
    public NotifierChain Notifiers { get; } = new();

    /// <summary>The notifier that refuses on demand.</summary>
    public NotifierErrorInjection ErrorInjection { get; } = new();

    /// <summary>The faults that are injected.</summary>
    public FaultList Faults { get; }

    /// <summary>The devices of the memory blocks, through which blocks are onlined and offlined.</summary>
    public MemorySubsystem Devices { get; }

    /// <summary>The processors, which can be taken offline.</summary>
    public CpuDevices Cpus { get; }

    /// <summary>The virtio-mem devices.</summary>
    public VirtioMemDevices VirtioMem { get; }

    /// <summary>The PCI devices.</summary>
    public PciDevices Pci { get; }

    /// <summary>The dax bus.</summary>
    public DaxBus Dax { get; }

    /// <summary>The memory that a hypervisor offers in single blocks; null where memory is added in DIMMs.</summary>
    public LogicalBlocks? LogicalBlocks { get; }

    /// <summary>The memory that the hypervisor holds in reserve; null if the kernel adds all of it at boot.</summary>
    public StandbyMemory? StandbyMemory { get; }

    /// <summary>The blocks of standby memory, ascending.</summary>
    public IEnumerable<int> Standby => StandbyMemory?.Standby ?? _definition.Standby;

    /// <summary>The pages retired because of memory errors.</summary>
    public PoisonedPages Poison { get; }

    /// <summary>What programs and the kernel use of the memory.</summary>
    public Loads Loads => _pages.Loads;

    /// <summary>The pools of huge pages of the default size.</summary>
    public HugePagePools HugePages => _pages.HugePages.Default;

    /// <summary>The pools of huge pages of all sizes.</summary>
    public HugePageSizes AllHugePages => _pages.HugePages;

    /// <summary>What zones keep back.</summary>
    public Watermarks Watermarks => _pages.Watermarks;

    /// <summary>Gathers free pages.</summary>
    public Compaction Compaction => _pages.Compaction;

    /// <summary>The descriptors of the pages of added memory.</summary>
    public PageDescriptors PageDescriptors => _pages.Descriptors;

    /// <summary>The free pages as the buddy allocator lists them.</summary>
    public FreeLists FreeLists => _pages.FreeLists;

    /// <summary>Who has which pages.</summary>
    internal PageAllocator PageAllocator => _pages.Allocator;

    /// <inheritdoc cref="HotplugLock.Caller"/>
    public Caller Caller
    {
        get => _lock.Caller;
        set => _lock.Caller = value;
    }

    /// <summary>True if an operation waits, which has not ended and cannot be saved.</summary>
    public bool IsOperationWaiting => _lock.IsWaiting;

    /// <inheritdoc cref="HotplugLock.IsHeldByOther"/>
    public bool IsHotplugHeldByOther => _lock.IsHeldByOther;

    /// <summary>The time of the machine now, from its start on. The caller supplies it, and never sets it back. Devices follow it.</summary>
    public TimeSpan Now
    {
        get => _lock.Now;
        set
        {
            _lock.Now = value;
            VirtioMem.Elapse();
        }
    }

    /// <summary>When the machine has to be called again although nothing else happens; null if time alone changes nothing.</summary>
    public TimeSpan? Due => _lock.Due is { } due && !(VirtioMem.RetryDue < due) ? due : VirtioMem.RetryDue;

    /// <inheritdoc cref="PhysicalMemory.MigrationRate"/>
    public MigrationRate MigrationRate
    {
        get => _memory.MigrationRate;
        set => _memory.MigrationRate = value;
    }

    /// <inheritdoc cref="Pages.TransparentHugePages"/>
    public TransparentHugePages TransparentHugePages => _pages.TransparentHugePages;

    /// <inheritdoc cref="PhysicalMemory.MigratedPages"/>
    public long MigratedPages => _memory.MigratedPages;

    /// <inheritdoc cref="PhysicalMemory.CallerNode"/>
    public NumaNode? CallerNode
    {
        get => _memory.CallerNode;
        set => _memory.CallerNode = value;
    }

    /// <inheritdoc cref="PhysicalMemory.Dimms"/>
    public DimmSlots Dimms => _memory.Dimms;

    /// <inheritdoc cref="PhysicalMemory.Architecture"/>
    public Architecture Architecture => _memory.Architecture;

    /// <inheritdoc cref="PhysicalMemory.PageSizeBytes"/>
    public int PageSizeBytes => _memory.PageSizeBytes;

    /// <inheritdoc cref="PhysicalMemory.BlockSizeBytes"/>
    public long BlockSizeBytes => _memory.BlockSizeBytes;

    /// <inheritdoc cref="PhysicalMemory.ZoneTypes"/>
    public ImmutableArray<ZoneType> ZoneTypes => _memory.ZoneTypes;

    /// <inheritdoc cref="PhysicalMemory.HasHighMemory"/>
    public bool HasHighMemory => _memory.HasHighMemory;

    /// <inheritdoc cref="PhysicalMemory.MovableNode"/>
    public bool MovableNode => _memory.MovableNode;

    /// <inheritdoc cref="PhysicalMemory.HasMovableOnlyNodes"/>
    public bool HasMovableOnlyNodes => _memory.HasMovableOnlyNodes;

    /// <inheritdoc cref="PhysicalMemory.OnlinePolicy"/>
    public OnlinePolicySettings OnlinePolicy
    {
        get => _memory.OnlinePolicy;
        set => _memory.OnlinePolicy = value;
    }

    /// <inheritdoc cref="PhysicalMemory.IsolatePages"/>
    public Func<MemoryBlock, Refusal?> IsolatePages
    {
        get => _memory.IsolatePages;
        set => _memory.IsolatePages = value;
    }

    /// <inheritdoc cref="PhysicalMemory.NodeStates"/>
    public NodeStates NodeStates => _memory.NodeStates;

    /// <inheritdoc cref="PhysicalMemory.PossibleNodes"/>
    public IReadOnlyList<NumaNode> PossibleNodes => _memory.PossibleNodes;

    /// <inheritdoc cref="PhysicalMemory.Blocks"/>
    public BlockSet Blocks => _memory.Blocks;

    /// <inheritdoc cref="PhysicalMemory.this"/>
    public MemoryBlock this[BlockId id] => _memory[id];

    /// <inheritdoc cref="PhysicalMemory.TryGetBlock"/>
    public bool TryGetBlock(BlockId id, out MemoryBlock block) => _memory.TryGetBlock(id, out block);

    /// <inheritdoc cref="MachineDefinition.FirmwareMap"/>
    public IReadOnlyList<FirmwareRange>? FirmwareMap => _definition.FirmwareMap;

    /// <inheritdoc cref="PhysicalMemory.AddedRanges"/>
    public AddedRanges AddedRanges => _memory.AddedRanges;

    /// <summary>Returns the parts of a block that are on other nodes than its first page; empty for nearly every block.</summary>
    public IReadOnlyList<NodePart> OtherNodesOf(BlockId id) => _memory.SharedBlocks.GetValueOrDefault(id.Number, []);

    /// <inheritdoc cref="PhysicalMemory.FindNode"/>
    public NumaNode? FindNode(int number) => _memory.FindNode(number);

    /// <summary>
    /// Returns false if an unmovable pageblock of a block holds pages of the kernel. A page of the kernel in a movable pageblock is not seen,
    /// nor are those of a block that is offline or in zone Movable (is_mem_section_removable).
    /// </summary>
    /// <param name="id">A block that is present.</param>
    public bool LooksRemovable(BlockId id) => _pages.LooksRemovable(_memory[id]);

    /// <summary>Returns the zones that <c>valid_zones</c> of a block lists.</summary>
    /// <param name="id">A block that is present.</param>
    public ZoneList ValidZones(BlockId id) => Rules.Zones.ValidZones(_memory, _memory[id]);

    /// <summary>
    /// Plugs a DIMM. Its blocks are added offline in the zone that the kernel's rule chooses, its node comes online with its first block,
    /// and then <see cref="MemorySubsystem.AutoOnline"/> is applied. A block that cannot be onlined stays offline, and the plug succeeds.
    /// </summary>
    /// <returns>
    /// The DIMM; EEXIST if its name or one of its blocks is taken, also by a device that has no memory there now; EINVAL if its size or
    /// address is not a multiple of the block size or its node is not possible; ENOSPC if it does not fit below
    /// <see cref="PhysicalMemory.AddressEnd"/>.
    /// </returns>
    public Result<Dimm> Plug(DimmDefinition definition) => LogicalBlocks?.Plug(definition) ?? _dimmHotplug.Plug(definition);

    /// <summary>
    /// Unplugs a DIMM. Its online blocks are offlined in ascending order, and blocks that refused are tried once more. If one refuses
    /// again, the others are onlined by their remembered requests.
    /// </summary>
    /// <param name="dimm">A DIMM that is plugged.</param>
    /// <returns>Success; EBUSY if a block cannot go offline; EIO if a block is online without its device.</returns>
    public Result Unplug(Dimm dimm) => LogicalBlocks?.Unplug(dimm) ?? _dimmHotplug.Unplug(dimm);

    /// <summary>
    /// The loads that hold pages of a DIMM, and how many, in the order of the blocks. <c>(hugepages)</c> are free huge pages of a pool, and
    /// <c>(kernel)</c> is what the kernel itself needs. Without any, the DIMM could be switched off now.
    /// </summary>
    public IReadOnlyDictionary<string, long> UsersOf(Dimm dimm) => _pages.UsersOf(dimm);

    /// <summary>Number of pages of a block that programs and the kernel can use, or could if it was online.</summary>
    public int UsablePages(BlockId id) => _pages.Allocator.ManagedPagesIn(_memory[id]);

    /// <summary>True if pages of a block may be in use; false if all are free.</summary>
    public bool HasPagesInUse(BlockId id) => _pages.Allocator.Maps.ContainsKey(id.Number);

    /// <summary>What the pages of a block that are in use hold, and how many; the kernel's own of boot memory are not known.</summary>
    public IEnumerable<(PageKind Kind, int Pages)> PagesInUse(BlockId id) =>
        _pages.Allocator.OwnersIn(id).Select(each => (each.Owner.Kind, each.Pages));

    /// <summary>The name of the dax device whose driver kmem added a block, or null.</summary>
    public string? DaxDeviceOf(in MemoryBlock block) => _memory.DaxBlocks.GetValueOrDefault(block.DaxIndex)?.Id;

    /// <summary>Boots the machine again, as another object.</summary>
    public Machine BootAgain() => new(_definition, Rules);

    /// <summary>Writes what can change of the machine to a stream.</summary>
    /// <exception cref="InvalidOperationException">An operation waits.</exception>
    public void Save(StateStream state)
    {
        if (IsOperationWaiting)
            throw new InvalidOperationException("an operation waits");
        Transfer(state);
    }

    /// <summary>
    /// Gives the machine a state that was saved by a machine of the same definition. An operation that waits ends without a result: its
    /// caller must not call it again. No event is raised, because no kernel does this.
    /// </summary>
    /// <returns>The objects that are not there any more, and then those that are there again, as the events that tell of them.</returns>
    public IReadOnlyList<HotplugEvent> Restore(StateStream state)
    {
        var before = new PresentObjects(this);
        _hotplug.Abandon();
        _dimmHotplug.Abandon();
        Dax.Abandon();
        _injection.Abandon();
        Transfer(state);
        return before.ChangesTo(new PresentObjects(this));
    }

    private void Transfer(StateStream state)
    {
        _lock.Transfer(state);
        ErrorInjection.Transfer(state);
        Faults.Transfer(state);
        Devices.AutoOnline = (OnlineType)state.Number((int)Devices.AutoOnline);
        _memory.Transfer(state);
        Cpus.Transfer(state);
        _pages.Transfer(state);
        Poison.Transfer(state);
        LogicalBlocks?.Transfer(state);
        StandbyMemory?.Transfer(state);
        Dax.Transfer(state);
        Pci.Transfer(state);
    }

    /// <summary>Writes a line to the kernel log.</summary>
    /// <param name="line">The line, without a newline.</param>
    public void Log(string line) => _events.Log.Add(line);

    /// <inheritdoc cref="KernelLog.Add(RefusalRule, string, string)"/>
    public void Log(RefusalRule rule, string line, string reason) => _events.Log.Add(rule, line, reason);

    /// <inheritdoc cref="KernelLog.AddRefusal"/>
    public void LogRefused(RefusalRule rule, string request, string reason) => _events.Log.AddRefusal(rule, request, reason);
}
