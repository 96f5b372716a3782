using System.Collections.Immutable;
using HotplugFs.Abi;
using HotplugFs.Engine.Kernels;
using HotplugFs.Engine.Memory;
using HotplugFs.Engine.Notifiers;

namespace HotplugFs.Engine;

/// <summary>
/// A simulated machine: its nodes, zones and memory blocks, and the one writer of them all. This file holds what can be asked;
/// <c>Machine.Device.cs</c> the device layer's requests, <c>.Online.cs</c> and <c>.Offline.cs</c> what onlining and offlining
/// do, <c>.AddRemove.cs</c> hotplug of memory. The zone rules are in <see cref="Policies.ZonePolicy"/>.
/// </summary>
/// <remarks>Owned by one thread; it does no I/O and knows no clock.</remarks>
public sealed partial class Machine
{
    private readonly BlockTable _blocks = new();
    private readonly NumaNode?[] _nodes;
    private readonly List<NumaNode> _possibleNodes = [];

    /// <summary>
    /// Boot blocks whose last page is not RAM. Nobody ever wrote that page's node number, so the kernel reads 0 from it: when the span
    /// of a node shrinks from its end, it passes over such a block of its own and, if it is node 0, stops at one of any node
    /// (recording <c>4.9-mnn-e-notifier-modern</c>).
    /// </summary>
    private readonly BlockSet _endInHole = new();

    private HotplugOperation? _running;

    /// <summary>Makes the machine.</summary>
    /// <param name="definition">How it stands at the beginning.</param>
    /// <param name="profile">The kernel that runs on it.</param>
    /// <exception cref="ArgumentException">The definition contradicts itself.</exception>
    public Machine(MachineDefinition definition, KernelProfile profile)
    {
        Profile = profile;
        BlockSizeBytes = definition.BlockSizeBytes;
        PagesPerBlock = definition.BlockSizeBytes / PhysicalMemory.PageSizeBytes;
        ZoneTypes = definition.Architecture.ZoneTypes;
        MovableNode = definition.MovableNode;
        Config = definition.Config;
        _nodes = new NumaNode?[definition.Nodes.Count == 0 ? 0 : definition.Nodes.Max(node => node.Number) + 1];
        ErrorInjection = new NotifierErrorInjection();
        Notifiers.Register(ErrorInjection);
        Boot(definition);
    }

    /// <summary>What happened, in order, each told when the machine shows it.</summary>
    public event Action<HotplugEvent>? Changed;

    /// <summary>A line for the kernel log: why something was refused.</summary>
    public event Action<string>? Logged;

    /// <summary>The kernel.</summary>
    public KernelProfile Profile { get; }

    /// <summary>What the kernel was built with.</summary>
    public KernelConfig Config { get; }

    /// <summary>Bytes in a block.</summary>
    public long BlockSizeBytes { get; }

    /// <summary>Pages in a block.</summary>
    public long PagesPerBlock { get; }

    /// <summary>
    /// CONFIG_MOVABLE_NODE up to 4.11: a node may have nothing but movable memory. Boot option movable_node in today's kernels: plain
    /// <c>online</c> prefers Movable.
    /// </summary>
    public bool MovableNode { get; }

    /// <summary>The zones of this architecture, ascending. An array, for every block goes through it, and through an interface that allocates.</summary>
    public ImmutableArray<ZoneType> ZoneTypes { get; }

    /// <summary>The architecture has memory that the kernel has no permanent mapping of (CONFIG_HIGHMEM).</summary>
    public bool HasHighMemory => ZoneBelowMovable == ZoneType.HighMem;

    /// <summary>The highest zone below Movable: Normal, or HighMem where there is one.</summary>
    public ZoneType ZoneBelowMovable => ZoneTypes[^2];

    /// <summary>The last zone whose memory puts a node into <c>has_normal_memory</c> (legacy.md 7).</summary>
    internal ZoneType LastNormalZone => HasHighMemory ? ZoneType.Normal : LastHighZone;

    /// <summary>The last zone whose memory puts a node into <c>has_high_memory</c>.</summary>
    internal ZoneType LastHighZone => HasMovableOnlyNodes ? ZoneType.HighMem : ZoneType.Movable;

    /// <summary>The sets of nodes.</summary>
    public NodeStates NodeStates { get; } = new();

    /// <summary>The notifier chain.</summary>
    public NotifierChain Notifiers { get; } = new();

    /// <summary>The notifier that refuses on demand.</summary>
    public NotifierErrorInjection ErrorInjection { get; }

    /// <summary>How plain <c>online</c> chooses a zone, in the eras that choose one then.</summary>
    public Policies.OnlinePolicy OnlinePolicy { get; } = new();

    /// <summary>
    /// A node can have movable memory only, and the node states tell it from one with normal memory: with CONFIG_MOVABLE_NODE, and always
    /// in today's kernels.
    /// </summary>
    public bool HasMovableOnlyNodes => MovableNode || Profile.HasMovableOnlyNodes;

    /// <summary>What becomes of newly added blocks.</summary>
    public OnlineType AutoOnline { get; set; } = OnlineType.Offline;

    /// <summary>Decides whether a block's pages can be taken away; by default only kernel pages cannot (EBUSY).</summary>
    public Func<MemoryBlock, Result> IsolatePages { get; set; } = block => block.HasKernelPages ? Errno.EBUSY : Result.Ok;

    /// <summary>The nodes that the machine can have, ascending.</summary>
    public IReadOnlyList<NumaNode> PossibleNodes => _possibleNodes;

    /// <summary>The numbers of the blocks that are present.</summary>
    public BlockSet Blocks => _blocks.Present;

    /// <summary>Looks a block up.</summary>
    /// <param name="id">Its number.</param>
    /// <param name="block">The block as it is now.</param>
    /// <returns>False if there is none of that number.</returns>
    public bool TryGetBlock(BlockId id, out MemoryBlock block)
    {
        var found = _blocks.Present.Contains(id.Number);
        block = found ? this[id] : default;
        return found;
    }

    /// <summary>A block that is present, as it is now.</summary>
    /// <param name="id">Its number.</param>
    /// <exception cref="InvalidOperationException">There is none of that number.</exception>
    public MemoryBlock this[BlockId id]
    {
        get
        {
            ref var record = ref _blocks[id];
            return new MemoryBlock(id, record, _nodes[record.Node]!, PagesOf(id), _endInHole.Contains(id.Number));
        }
    }

    /// <summary>Looks a node up.</summary>
    /// <param name="number">Its number.</param>
    /// <returns>The node, or null if the machine cannot have it.</returns>
    public NumaNode? FindNode(int number) => number >= 0 && number < _nodes.Length ? _nodes[number] : null;

    /// <summary>What the file <c>valid_zones</c> of a block says.</summary>
    /// <param name="id">A block that is present.</param>
    public Policies.ValidZones ValidZones(BlockId id) => Profile.Zones.ValidZones(this, this[id]);

    /// <summary>The pages of a block.</summary>
    /// <param name="id">Its number.</param>
    public PfnRange PagesOf(BlockId id) => PagesOf(id, 1);

    /// <summary>The pages of a run of blocks.</summary>
    /// <param name="first">The first block.</param>
    /// <param name="count">How many.</param>
    public PfnRange PagesOf(BlockId first, int count) =>
        new(first.Number * PagesPerBlock, (first.Number + (long)count) * PagesPerBlock);

    /// <summary>Puts a block into another zone of its node, or into none.</summary>
    internal void SetZone(BlockId id, ZoneSet zones)
    {
        ref var record = ref _blocks[id];
        var node = _nodes[record.Node]!;
        foreach (var type in ZoneTypes)
        {
            if (record.Zones.Has(type))
                node.Zone(type).Blocks.Remove(id.Number);
            if (zones.Has(type))
                node.Zone(type).Blocks.Add(id.Number);
        }
        record.Zones = zones;
    }

    /// <summary>
    /// What is left of a span when a block goes from one of its ends: it then reaches to the next block that remains. A block in the
    /// middle leaves a hole; without any block the span is empty (legacy.md 6).
    /// </summary>
    /// <param name="span">The span with the block.</param>
    /// <param name="gone">The pages of the block.</param>
    /// <param name="remaining">The blocks without it.</param>
    /// <param name="boot">What the zone spanned at boot: a block that straddles a boundary belongs to it only as far as that.</param>
    internal PfnRange ShrinkSpan(PfnRange span, PfnRange gone, BlockSet remaining, PfnRange boot = default)
    {
        if (span.IsEmpty)
            return span;
        var lowest = remaining.Next((int)(span.Start / PagesPerBlock));
        if (lowest < 0 || lowest * PagesPerBlock >= span.End)
            return PfnRange.Empty;
        if (gone.Start == span.Start)
            return new PfnRange(PagesIn(boot, lowest).Start, span.End);
        if (gone.End != span.End)
            return span;
        var highest = remaining.Previous((int)((span.End - 1) / PagesPerBlock));
        return new PfnRange(span.Start, PagesIn(boot, highest).End);
    }

    /// <summary>The pages of a block; of one that straddles a boundary of zones, those in what a zone spanned at boot.</summary>
    private PfnRange PagesIn(PfnRange boot, int block)
    {
        var pages = PagesOf(new BlockId(block));
        return boot.IsEmpty || _blocks[new BlockId(block)].Zones.IsSingle
            ? pages
            : new PfnRange(Math.Max(pages.Start, boot.Start), Math.Min(pages.End, boot.End));
    }

    /// <summary>The span of a node after a block of it went.</summary>
    private PfnRange ShrinkNodeSpan(NumaNode node, PfnRange gone)
    {
        var span = ShrinkSpan(node.Span, gone, node.Blocks);
        if (span.IsEmpty || span.End == node.Span.End)
            return span;
        var highest = (int)(span.End / PagesPerBlock) - 1;
        while (node.Number != 0 && _endInHole.Contains(highest))
            highest = node.Blocks.Previous(highest - 1);
        if (node.Number == 0)
            highest = Math.Max(highest, _endInHole.Previous((int)((node.Span.End - 1) / PagesPerBlock)));
        return new PfnRange(span.Start, (highest + 1L) * PagesPerBlock);
    }

    /// <summary>A span as block numbers, for the log: <c>32-36</c>.</summary>
    internal string DescribeSpan(PfnRange span)
    {
        if (span.IsEmpty)
            return "nothing";
        var (first, last) = (span.Start / PagesPerBlock, (span.End - 1) / PagesPerBlock);
        return first == last ? $"{first}" : $"{first}-{last}";
    }

    /// <summary>A number of pages in MiB, for the log.</summary>
    internal static string DescribePages(long pages) => $"{pages * PhysicalMemory.PageSizeBytes >> 20} MiB";

    /// <summary>Starts an operation.</summary>
    /// <exception cref="InvalidOperationException">Another one has not ended.</exception>
    internal void Begin(HotplugOperation operation)
    {
        if (_running is { Ended: false })
            throw new InvalidOperationException("another hotplug operation is under way");
        _running = operation;
    }

    private void Refuse(HotplugOperation operation, string subject, string request, Refusal refusal)
    {
        Log($"{subject}: {request} refused: {refusal.Reason}");
        operation.Outcome = refusal.Error;
    }

    /// <summary>Leaves a line in the kernel log.</summary>
    /// <param name="line">The line, without a newline.</param>
    public void Log(string line) => Logged?.Invoke(line);

    private void Tell(HotplugEventKind kind, int number, NumaNode node) => Changed?.Invoke(new HotplugEvent(kind, number, node.Number));
}
