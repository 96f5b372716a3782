using System.Collections.Immutable;

namespace HotplugFs.Engine.Memory;

/// <summary>
/// The physical memory of a machine: its nodes with their zones, its memory blocks and its DIMMs. The zone rules
/// (<c>ZonePolicy</c>) work on it.
/// </summary>
/// <remarks>Every answer about a block takes O(1) or O(log n) steps; nothing walks all blocks. Owned by one thread.</remarks>
public sealed class PhysicalMemory
{
    /// <summary>Bytes of the descriptor of a page (struct page) on 64-bit machines; half of it on 32-bit ones.</summary>
    public const int PageDescriptorBytes = 64;

    /// <summary>The greatest end of the physical addresses that can be simulated: 52 bits.</summary>
    public const long AddressSpaceEnd = 1L << 52;

    /// <summary>4 GiB, where zone DMA32 ends.</summary>
    public const long Dma32End = 1L << 32;

    private readonly BlockTable _blocks = new();
    private readonly NumaNode?[] _nodes;

    /// <summary>How many virtio-mem devices there have been.</summary>
    private int _virtioMemDevices;

    /// <summary>How often driver kmem has added blocks.</summary>
    private int _daxGroups;

    internal PhysicalMemory(
        Architecture architecture, int pageSizeBytes, long blockSizeBytes, IReadOnlyList<int> hugePageSizesKiB, IReadOnlyList<NumaNode> nodes)
    {
        Architecture = architecture;
        var pageSize = architecture.PageSizeOf(pageSizeBytes);
        HugePageKiB = pageSize.DefaultHugePageKiB(hugePageSizesKiB);
        (PageblockOrder, MaxOrder) = (pageSize.PageblockOrder(hugePageSizesKiB), pageSize.MaxOrder);
        ZoneTypes = architecture.ZoneTypes;
        PageSizeBytes = pageSizeBytes;
        BlockSizeBytes = blockSizeBytes;
        PagesPerBlock = blockSizeBytes / pageSizeBytes;
        PossibleNodes = nodes;
        _nodes = new NumaNode?[nodes.Count == 0 ? 0 : nodes.Max(node => node.Number) + 1];
        foreach (var node in nodes)
        {
            _nodes[node.Number] = node;
            NodeStates.Possible.Add(node.Number);
        }
    }

    /// <summary>The processor architecture.</summary>
    public Architecture Architecture { get; }

    /// <summary>Bytes in a page.</summary>
    public int PageSizeBytes { get; }

    /// <summary>The default size of huge pages in KiB.</summary>
    public int HugePageKiB { get; }

    /// <inheritdoc cref="PageSize.PageblockOrder"/>
    public int PageblockOrder { get; }

    /// <inheritdoc cref="PageSize.MaxOrder"/>
    public int MaxOrder { get; }

    /// <summary>Number of pages in a pageblock, of which the allocator keeps those of one type together (pageblock_nr_pages).</summary>
    public int PagesPerPageblock => 1 << PageblockOrder;

    /// <summary>Bytes in a pageblock; also in a sub-block, the unit of the sizes of virtio-mem devices.</summary>
    public long PageblockBytes => (long)PageSizeBytes << PageblockOrder;

    /// <summary>Bytes in a memory block.</summary>
    public long BlockSizeBytes { get; }

    /// <summary>The end of the physical addresses, which depends on the kernel.</summary>
    public required long AddressEnd { get; init; }

    /// <summary>Pages in a memory block.</summary>
    public long PagesPerBlock { get; }

    /// <summary>Number of pages that hold the descriptors of a block's pages.</summary>
    public long DescriptorPagesPerBlock => PagesPerBlock * PageDescriptorBytes / (HasHighMemory ? 2 : 1) / PageSizeBytes;

    /// <summary>
    /// The zones of the architecture, ascending. An array, because it is enumerated once per block and enumerating through an interface
    /// allocates.
    /// </summary>
    public ImmutableArray<ZoneType> ZoneTypes { get; }

    /// <summary>The highest zone below Movable: Normal, or HighMem if the architecture has it.</summary>
    public ZoneType ZoneBelowMovable => ZoneTypes[^2];

    /// <summary>True if the architecture has memory without a permanent kernel mapping (CONFIG_HIGHMEM).</summary>
    public bool HasHighMemory => ZoneBelowMovable == ZoneType.HighMem;

    /// <summary>
    /// Up to 4.11 CONFIG_MOVABLE_NODE: a node may have movable memory only. In newer kernels the boot option movable_node: plain
    /// <c>online</c> prefers zone Movable.
    /// </summary>
    public required bool MovableNode { get; init; }

    /// <summary>
    /// True if a node can have movable memory only and the node states distinguish such a node from one with normal memory: with
    /// CONFIG_MOVABLE_NODE, and always in newer kernels.
    /// </summary>
    public required bool HasMovableOnlyNodes { get; init; }

    /// <summary>How plain <c>online</c> chooses a zone, in kernels that choose it when a block is onlined.</summary>
    public OnlinePolicySettings OnlinePolicy { get; set; } = new();

    /// <summary>
    /// Takes the pages of a block out of the allocator's reach (start_isolate_page_range); returns why that fails, or null. By default it
    /// fails with EBUSY if the block holds kernel pages. If another function lets such a block go, its kernel pages are moved, too.
    /// </summary>
    public Func<MemoryBlock, Refusal?> IsolatePages { get; set; } = _ => null;

    /// <summary>How fast pages leave a block that goes offline. A change applies to a running offline, too.</summary>
    public MigrationRate MigrationRate { get; set; }

    /// <summary>The nodes that the machine can have, ascending.</summary>
    public IReadOnlyList<NumaNode> PossibleNodes { get; }

    /// <summary>
    /// The node on which the caller of an operation allocates first. Null if it is unknown; then it is the first node that is online.
    /// </summary>
    public NumaNode? CallerNode { get; set; }

    /// <summary>The nodes that are possible, are online, or have memory or CPUs.</summary>
    public NodeStates NodeStates { get; } = new();

    /// <summary>Number of pages whose content was moved elsewhere since boot (<c>pgmigrate_success</c>).</summary>
    public long MigratedPages { get; internal set; }

    /// <summary>The memory that was added after boot and not by a driver.</summary>
    public AddedRanges AddedRanges { get; } = new();

    /// <summary>The DIMMs that are plugged.</summary>
    public DimmSlots Dimms { get; } = new();

    /// <summary>The virtio-mem devices, by index.</summary>
    internal SortedList<int, VirtioMemDevice> VirtioMem { get; } = [];

    /// <summary>The blocks that driver kmem added, by index.</summary>
    internal SortedList<int, DaxMemory> DaxBlocks { get; } = [];

    /// <summary>The memory of the dax bus, which nothing else can have.</summary>
    internal List<DaxRegion> DaxRegions { get; } = [];

    /// <summary>The numbers of the blocks that are present.</summary>
    public BlockSet Blocks => _blocks.Present;

    /// <summary>
    /// Blocks whose last page is not RAM. The kernel never writes that page's node number and reads 0 from it. So when the span of a node
    /// shrinks from its end, the kernel passes over such a block of the node; if the node is node 0, it stops at such a block of any node
    /// (recording <c>4.9-mnn-e-notifier-modern</c>).
    /// </summary>
    internal BlockSet BlocksEndingInHole { get; } = new();

    /// <summary>The number of pages that are not RAM, of each block that has some; also of those that were removed.</summary>
    internal Dictionary<int, int> HolePages { get; } = [];

    /// <summary>The boot blocks that hold pages of the kernel.</summary>
    internal BlockSet KernelBlocks { get; } = new();

    /// <summary>The last zone whose memory puts a node into <c>has_normal_memory</c> (docs/kernels.md, "Node states").</summary>
    internal ZoneType LastNormalZone => HasHighMemory ? ZoneType.Normal : LastHighZone;

    /// <summary>The last zone whose memory puts a node into <c>has_high_memory</c>.</summary>
    internal ZoneType LastHighZone => HasMovableOnlyNodes ? ZoneType.HighMem : ZoneType.Movable;

    /// <summary>A block that is present, as it is now.</summary>
    /// <exception cref="InvalidOperationException">The block is not present.</exception>
    public MemoryBlock this[BlockId id]
    {
        get
        {
            ref var record = ref _blocks[id];
            var holes = (record.Flags & BlockFlags.Holes) == 0 ? 0 : HolePages[id.Number];
            return new MemoryBlock(id, record, _nodes[record.Node]!, PagesOf(id), holes, BlocksEndingInHole.Contains(id.Number));
        }
    }

    /// <summary>Finds a block.</summary>
    /// <param name="block">The block as it is now.</param>
    /// <returns>False if no block has this number.</returns>
    public bool TryGetBlock(BlockId id, out MemoryBlock block)
    {
        var found = _blocks.Present.Contains(id.Number);
        block = found ? this[id] : default;
        return found;
    }

    /// <summary>Returns a node by its number, or null if it is not possible.</summary>
    /// <returns>The node, or null if the machine cannot have it.</returns>
    public NumaNode? FindNode(int number) => number >= 0 && number < _nodes.Length ? _nodes[number] : null;

    /// <summary>Returns the node with CPUs that is nearest to a node, or the first one.</summary>
    /// <returns>The node, or null if the machine has no CPU.</returns>
    internal NumaNode? NearestCpuNode(NumaNode? node)
    {
        var (nearest, least) = ((NumaNode?)null, int.MaxValue);
        for (var i = 0; i < PossibleNodes.Count; i++)
            if (PossibleNodes[i].Cpus.Count > 0 && (node?.Distances[i] ?? 0) is var distance && distance < least)
                (nearest, least) = (PossibleNodes[i], distance);
        return nearest;
    }

    /// <summary>The pages of a block.</summary>
    public PfnRange PagesOf(BlockId id) => PagesOf(id, 1);

    /// <summary>The pages of a run of blocks.</summary>
    public PfnRange PagesOf(BlockId first, int count) =>
        new(first.Number * PagesPerBlock, (first.Number + (long)count) * PagesPerBlock);

    /// <summary>The pages of a block that are in one of its zones: whole pageblocks.</summary>
    internal PfnRange PagesIn(BlockId id, Zone zone) => StraddlingParts.TryGetValue((id, zone), out var part) ? part : PagesOf(id);

    /// <summary>The pages in each zone of the blocks that straddle a boundary of zones or nodes.</summary>
    internal Dictionary<(BlockId Block, Zone Zone), PfnRange> StraddlingParts { get; } = [];

    /// <summary>The last parts of the blocks that are on several nodes, by the number of the block.</summary>
    internal Dictionary<int, IReadOnlyList<NodePart>> SharedBlocks { get; } = [];

    /// <summary>Returns why a block with pages in several zones is refused.</summary>
    internal string DescribeZones(in MemoryBlock block, string otherwise = "lie in several zones") =>
        $"its pages {(SharedBlocks.ContainsKey(block.Id.Number) ? "lie on several nodes" : otherwise)}";

    /// <summary>The zones that a block's pages are in, of the first node first.</summary>
    internal IEnumerable<Zone> ZonesOf(MemoryBlock block)
    {
        var own = block.Node.Zones.Where(zone => block.Zones.Has(zone.Type));
        return SharedBlocks.TryGetValue(block.Id.Number, out var parts)
            ? own.Concat(parts.Select(part => FindNode(part.Node)!.Zone(part.Zone)))
            : own;
    }

    /// <summary>
    /// Returns the address of a memory device that is plugged without one, as emulators choose it: after all other memory. After boot
    /// memory it is aligned to 1 GiB.
    /// </summary>
    /// <param name="end">The end of the highest memory, in bytes.</param>
    /// <param name="isBootMemory">True if the highest memory is boot memory.</param>
    /// <param name="lowest"><see cref="Architecture.DevicesFrom"/>.</param>
    public static long AddressAbove(long end, bool isBootMemory, long blockSizeBytes, long lowest)
    {
        var alignment = isBootMemory ? Math.Max(blockSizeBytes, 1L << 30) : blockSizeBytes;
        return Math.Max((end + alignment - 1) / alignment * alignment, lowest);
    }

    /// <summary>The greatest end of the physical addresses of any kernel: 52 bits, or that of the numbers of blocks.</summary>
    public static long AddressEndOf(long blockSizeBytes) => Math.Min(AddressSpaceEnd, (BlockId.MaxNumber + 1L) * blockSizeBytes);

    /// <summary>Returns the address of a memory device that is plugged now without one.</summary>
    internal long AddressForNextDevice()
    {
        var last = Blocks.Previous(BlockId.MaxNumber);
        var regionsEnd = VirtioMem.Values.Select(device => device.First.Number + device.MaxBlocks)
            .Concat(Dimms.Select(dimm => dimm.Last.Number + 1))
            .Concat(DaxRegions.Select(region => BlocksOf(region.Memory).End)).DefaultIfEmpty(0).Max();
        var isBootMemory = last >= regionsEnd && this[new BlockId(last)].IsBoot;
        return AddressAbove(Math.Max(last + 1L, regionsEnd) * BlockSizeBytes, isBootMemory, BlockSizeBytes, Architecture.DevicesFrom);
    }

    /// <summary>
    /// Returns why memory cannot be added to some blocks, or null. The region of a virtio-mem device or of the dax bus belongs to it, whether
    /// or not it has memory there.
    /// </summary>
    /// <param name="owner">The region of the dax bus that the blocks belong to, if any.</param>
    internal string? FindConflict(BlockId first, int count, DaxRegion? owner = null)
    {
        var end = first.Number + count;
        foreach (var region in DaxRegions)
            if (region != owner && BlocksOf(region.Memory) is var taken && taken.First < end && first.Number < taken.End)
                return $"memory{taken.First} to memory{taken.End - 1} belong to dax region {region.Number}";
        if (Blocks.Next(first.Number) is >= 0 and var present && present < end)
            return $"memory{present} is present already";
        var device = VirtioMem.Values.FirstOrDefault(device => device.First.Number < end && first.Number < device.First.Number + device.MaxBlocks);
        if (Architecture.Hotplug == HotplugMethod.LogicalBlocks
            && Dimms.FirstOrDefault(dimm => dimm.First.Number < end && first.Number < dimm.First.Number + dimm.Count) is { } dimm)
            return $"memory{dimm.First.Number} to memory{dimm.Last.Number} belong to DIMM {dimm.Id}";
        return device is null
            ? null
            : $"memory{device.First.Number} to memory{device.First.Number + device.MaxBlocks - 1} belong to virtio-mem {device.Id}";
    }

    /// <summary>Returns the DIMM of which a block is a logical block that is not there, or null.</summary>
    internal Dimm? FindAbsentLogicalBlock(BlockId block) =>
        Architecture.Hotplug == HotplugMethod.LogicalBlocks && !Blocks.Contains(block.Number) ? Dimms.Around(block.Number) : null;

    /// <summary>Returns the first block of a range of addresses and that after the last; one that is in it in part counts.</summary>
    internal (int First, int End) BlocksOf(AddressRange range) =>
        ((int)(range.Start / BlockSizeBytes), (int)((range.End + BlockSizeBytes - 1) / BlockSizeBytes));

    /// <summary>Returns how many blocks of a DIMM are present: all, except where memory is added in logical blocks.</summary>
    internal int CountBlocks(Dimm dimm) => Architecture.Hotplug == HotplugMethod.LogicalBlocks
        ? Enumerable.Range(dimm.First.Number, dimm.Count).Count(Blocks.Contains)
        : dimm.Count;

    /// <summary>Gives a new virtio-mem device its region.</summary>
    internal VirtioMemDevice AddVirtioMem(string id, NumaNode node, BlockId first, int blocks)
    {
        var device = new VirtioMemDevice(_virtioMemDevices, id, node, first, blocks, BlockSizeBytes, PageSizeBytes);
        VirtioMem.Add(_virtioMemDevices++, device);
        return device;
    }

    /// <summary>Registers the blocks that driver kmem adds.</summary>
    internal DaxMemory AddDaxBlocks(string id, NumaNode node, BlockId first, int count, long memmapPages)
    {
        var blocks = new DaxMemory(_daxGroups, id, node, first, count, memmapPages);
        DaxBlocks.Add(_daxGroups++, blocks);
        return blocks;
    }

    /// <summary>Returns the device that a block belongs to, or null.</summary>
    internal MemoryDevice? DeviceOf(in MemoryBlock block) =>
        block.VirtioMemIndex >= 0 ? VirtioMem[block.VirtioMemIndex]
        : block.DaxIndex >= 0 ? DaxBlocks[block.DaxIndex]
        : Dimms.At(block.DimmIndex);

    /// <summary>The record of a block that is present, to be read or changed in place.</summary>
    internal ref BlockRecord Record(BlockId id) => ref _blocks[id];

    /// <summary>Makes consecutive blocks present and adds them to their node and zones.</summary>
    /// <param name="device">The device that the blocks belong to, if any.</param>
    /// <exception cref="InvalidOperationException">A block is present already.</exception>
    internal void AddBlocks(
        BlockId first, int count, NumaNode node, ZoneSet zones, MemoryDevice? device,
        MemoryBlockState state = MemoryBlockState.Offline, BlockFlags flags = BlockFlags.None)
    {
        var kind = device switch
        {
            VirtioMemDevice => BlockFlags.VirtioMem,
            DaxMemory => BlockFlags.Dax,
            _ => BlockFlags.None,
        };
        _blocks.Add(first, count, new BlockRecord
        {
            Node = (ushort)node.Number,
            Zones = zones,
            Device = device?.Index ?? -1,
            State = state,
            Flags = flags | kind,
        });
        node.Blocks.AddRun(first.Number, count);
        foreach (var type in ZoneTypes)
            if (zones.Has(type))
                node.Zone(type).Blocks.AddRun(first.Number, count);
    }

    /// <summary>Removes a block from the machine, its node and its zones; spans do not change.</summary>
    internal void RemoveBlock(BlockId id)
    {
        SetZone(id, default);
        _nodes[_blocks[id].Node]!.Blocks.Remove(id.Number);
        BlocksEndingInHole.Remove(id.Number);
        KernelBlocks.Remove(id.Number);
        _blocks.Remove(id);
    }

    /// <summary>Moves a block to other zones of its node, or to none; spans do not change.</summary>
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
    /// Returns what remains of a zone's span when a block at one of its ends is taken away: the span then ends at the next block that
    /// remains. A block in the middle leaves a hole; without any block the span is empty (docs/kernels.md, "Removing memory").
    /// </summary>
    /// <param name="span">The span with the block.</param>
    /// <param name="removed">The pages of the block.</param>
    /// <param name="remaining">The blocks without it.</param>
    /// <param name="boot">The zone's span at boot: a block that straddles a zone boundary belongs to the zone only within it.</param>
    internal PfnRange ShrinkSpan(PfnRange span, PfnRange removed, BlockSet remaining, PfnRange boot = default)
    {
        if (span.IsEmpty)
            return span;
        var lowest = remaining.Next((int)(span.Start / PagesPerBlock));
        if (lowest < 0 || lowest * PagesPerBlock >= span.End)
            return PfnRange.Empty;
        if (removed.Start == span.Start)
            return new PfnRange(PagesIn(boot, lowest).Start, span.End);
        if (removed.End != span.End)
            return span;
        var highest = remaining.Previous((int)((span.End - 1) / PagesPerBlock));
        return new PfnRange(span.Start, PagesIn(boot, highest).End);
    }

    /// <summary>The pages of a block; if it straddles a zone boundary, only those within the zone's span at boot.</summary>
    private PfnRange PagesIn(PfnRange boot, int block)
    {
        var pages = PagesOf(new BlockId(block));
        return boot.IsEmpty || _blocks[new BlockId(block)].Zones.IsSingle
            ? pages
            : new PfnRange(Math.Max(pages.Start, boot.Start), Math.Min(pages.End, boot.End));
    }

    /// <summary>Shrinks the span of a node after one of its blocks was removed.</summary>
    /// <param name="removed">The pages of the block.</param>
    internal void ShrinkNodeSpan(NumaNode node, PfnRange removed)
    {
        var span = ShrinkSpan(node.Span, removed, node.Blocks);
        if (!span.IsEmpty && span.End != node.Span.End)
        {
            var highest = (int)(span.End / PagesPerBlock) - 1;
            while (node.Number != 0 && BlocksEndingInHole.Contains(highest))
                highest = node.Blocks.Previous(highest - 1);
            if (node.Number == 0)
                highest = Math.Max(highest, BlocksEndingInHole.Previous((int)((node.Span.End - 1) / PagesPerBlock)));
            span = new PfnRange(span.Start, (highest + 1L) * PagesPerBlock);
        }
        node.Span = span;
    }

    /// <summary>Passes what can change through a stream; a machine of the same definition reads it.</summary>
    internal void Transfer(StateStream state)
    {
        foreach (var node in PossibleNodes)
            node.Transfer(state);
        NodeStates.Transfer(state);
        Dimms.Transfer(state, FindNode);
        TransferVirtioMem(state);
        TransferDaxBlocks(state);
        _blocks.Transfer(state);
        AddedRanges.Transfer(state);
        BlocksEndingInHole.Transfer(state);
        KernelBlocks.Transfer(state);
        OnlinePolicy = OnlinePolicy.Transfer(state);
        MigrationRate = MigrationRate.Transfer(state);
        MigratedPages = state.Number(MigratedPages);
        CallerNode = TransferNode(state, CallerNode);
    }

    /// <summary>Passes a node, or null, through a stream.</summary>
    internal NumaNode? TransferNode(StateStream state, NumaNode? node) => FindNode(state.Number(node?.Number ?? -1));

    private void TransferDaxBlocks(StateStream state)
    {
        _daxGroups = state.Number(_daxGroups);
        var all = state.List([.. DaxBlocks.Values], blocks =>
        {
            var passed = new DaxMemory(
                state.Number(blocks?.Index ?? 0), state.Text(blocks?.Id ?? ""), TransferNode(state, blocks?.Node)!,
                new BlockId(state.Number(blocks?.First.Number ?? 0)), state.Number(blocks?.Count ?? 0), state.Number(blocks?.MemmapPages ?? 0));
            (blocks ?? passed).Transfer(state);
            return passed;
        });
        if (!state.IsReading)
            return;
        DaxBlocks.Clear();
        foreach (var blocks in all)
            DaxBlocks.Add(blocks.Index, blocks);
    }

    private void TransferVirtioMem(StateStream state)
    {
        _virtioMemDevices = state.Number(_virtioMemDevices);
        var devices = state.List([.. VirtioMem.Values], device =>
        {
            var passed = new VirtioMemDevice(
                state.Number(device?.Index ?? 0), state.Text(device?.Id ?? ""), TransferNode(state, device?.Node)!,
                new BlockId(state.Number(device?.First.Number ?? 0)), state.Number(device?.MaxBlocks ?? 0), BlockSizeBytes, PageSizeBytes);
            (device ?? passed).Transfer(state);
            return passed;
        });
        if (!state.IsReading)
            return;
        VirtioMem.Clear();
        foreach (var device in devices)
            VirtioMem.Add(device.Index, device);
    }
}
