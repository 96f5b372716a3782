namespace HotplugFs.Engine.Policies;

/// <summary>
/// The rules since 4.13: a block has a zone only while it is online, the zone is chosen when the block is onlined, and zones may overlap
/// and interleave. For plain <c>online</c>, <see cref="OnlinePolicySettings"/> decide: contig-zones or auto-movable. Source:
/// docs/kernels.md, "Zone choice since 4.13"; recordings <c>6.*</c>.
/// </summary>
public class OnlineTimePolicy : ZonePolicy
{
    /// <summary>A block with pages that are not RAM cannot go offline (5.5 and later); before, it is refused only for its pages.</summary>
    public bool HolesKeepBlocks { get; init; } = true;

    /// <inheritdoc/>
    public override bool OfflineBlocksHaveZone => false;

    /// <inheritdoc/>
    /// <remarks>No zone: offline memory is in no zone and no span.</remarks>
    public override ZoneSet Add(PhysicalMemory memory, NumaNode node, PfnRange pages) => default;

    /// <inheritdoc/>
    public override Refusal? PrepareOnline(PhysicalMemory memory, in MemoryBlock block, OnlineType request)
    {
        var type = request switch
        {
            OnlineType.OnlineKernel => KernelZone(block),
            OnlineType.OnlineMovable => ZoneType.Movable,
            _ => DefaultZone(memory, block),
        };
        var zone = block.Node.Zone(type);
        zone.Span = zone.Span.Union(block.Pages);
        zone.Initialized = true;
        block.Node.Span = block.Node.Span.Union(block.Pages);
        memory.SetZone(block.Id, type);
        return null;
    }

    /// <summary>Returns the kernel zone for a block: DMA or DMA32 if its span intersects the block, otherwise Normal.</summary>
    private static ZoneType KernelZone(in MemoryBlock block)
    {
        foreach (var type in (ReadOnlySpan<ZoneType>)[ZoneType.Dma, ZoneType.Dma32])
            if (block.Node.Zone(type).Span.Intersects(block.Pages))
                return type;
        return ZoneType.Normal;
    }

    private static ZoneType DefaultZone(PhysicalMemory memory, in MemoryBlock block) =>
        memory.OnlinePolicy.Kind == OnlinePolicyKind.AutoMovable ? AutoMovableZone(memory, block) : ContigZone(memory, block);

    /// <summary>
    /// Returns the zone whose span intersects the block. If both or neither do, the kernel zone, or with movable_node zone Movable
    /// (docs/kernels.md, "contig-zones").
    /// </summary>
    private static ZoneType ContigZone(PhysicalMemory memory, in MemoryBlock block)
    {
        var kernel = KernelZone(block);
        var isInKernel = block.Node.Zone(kernel).Span.Intersects(block.Pages);
        var isInMovable = block.Node.Zone(ZoneType.Movable).Span.Intersects(block.Pages);
        if (isInKernel != isInMovable)
            return isInKernel ? kernel : ZoneType.Movable;
        return memory.MovableNode ? ZoneType.Movable : kernel;
    }

    /// <summary>
    /// Returns zone Movable if the ratio of movable memory to boot memory allows the remaining blocks of the DIMM or dax device in it, or the
    /// one block of a virtio-mem device, on all nodes together and on the block's node; otherwise the kernel zone (docs/kernels.md,
    /// "auto-movable").
    /// </summary>
    private static ZoneType AutoMovableZone(PhysicalMemory memory, in MemoryBlock block)
    {
        // Logical blocks are no group.
        var group = memory.Architecture.Hotplug == HotplugMethod.LogicalBlocks ? null : memory.DeviceOf(block) as BlockGroup;
        var rest = group is null ? memory.PagesPerBlock : (group.Count - group.MovableBlocks) * memory.PagesPerBlock;
        var policy = memory.OnlinePolicy;
        var allowed = policy.RatioPercent != 0 && group is not { KernelBlocks: > 0 }
            && IsWithinRatio(memory, memory.PossibleNodes, block, rest)
            && (!policy.IsNumaAware || IsWithinRatio(memory, [block.Node], block, rest));
        return allowed ? ZoneType.Movable : KernelZone(block);
    }

    /// <summary>
    /// Checks the ratio on some nodes. Kernel memory of a virtio-mem device allows movable memory of the same device only, and what the
    /// other devices need beyond their own takes from the boot memory (docs/kernels.md, "virtio-mem").
    /// </summary>
    private static bool IsWithinRatio(PhysicalMemory memory, IReadOnlyList<NumaNode> nodes, in MemoryBlock block, long rest)
    {
        var ratio = memory.OnlinePolicy.RatioPercent;
        var (movable, kernel, own) = (0L, 0L, 0L);
        foreach (var node in nodes)
        {
            movable += node.Zone(ZoneType.Movable).PresentPages;
            foreach (var type in memory.ZoneTypes)
                if (type < ZoneType.Movable)
                    kernel += node.Zone(type).PresentBootPages;
        }
        foreach (var device in memory.VirtioMem.Values.Where(device => nodes.Count > 1 || device.Node == nodes[0]))
        {
            var (deviceMovable, deviceKernel) = (device.MovableBlocks * memory.PagesPerBlock, device.KernelBlocks * memory.PagesPerBlock);
            if (device.Index == block.VirtioMemIndex)
            {
                own = deviceKernel;
                continue;
            }
            movable -= deviceMovable;
            kernel -= Math.Max(0, deviceMovable * 100 / ratio - deviceKernel);
        }
        return kernel > 0 && movable + rest <= (Int128)ratio * (kernel + own) / 100;
    }

    /// <inheritdoc/>
    /// <remarks>The block leaves the zone again.</remarks>
    public override void OnlineRefused(PhysicalMemory memory, in MemoryBlock block) => LeaveZone(memory, block);

    /// <inheritdoc/>
    public override Refusal? CheckOffline(PhysicalMemory memory, in MemoryBlock block)
    {
        if (HolesKeepBlocks && block.HolePages > 0)
            return new Refusal(Errno.EINVAL, RefusalRule.NotRam, $"{block.HolePages} of its pages are not RAM");
        return block.Zones.IsSingle ? null : new Refusal(Errno.EINVAL, RefusalRule.SeveralZones, memory.DescribeZones(block));
    }

    /// <inheritdoc/>
    public override void Offlined(PhysicalMemory memory, in MemoryBlock block) => LeaveZone(memory, block);

    /// <summary>Removes a block from its zone. The span is that of the online blocks, so it shrinks at once.</summary>
    private static void LeaveZone(PhysicalMemory memory, in MemoryBlock block)
    {
        var zone = block.Node.Zone(block.Zones.Lowest);
        memory.SetZone(block.Id, default);
        zone.Span = memory.ShrinkSpan(zone.Span, block.Pages, zone.Blocks, zone.BootSpan);
        SpanZones(memory, block.Node);
    }

    /// <summary>A node spans what its zones span (docs/kernels.md, "Zone choice since 4.13").</summary>
    private static void SpanZones(PhysicalMemory memory, NumaNode node)
    {
        node.Span = PfnRange.Empty;
        foreach (var type in memory.ZoneTypes)
            node.Span = node.Span.Union(node.Zone(type).Span);
    }

    /// <inheritdoc/>
    /// <remarks>Does nothing: a removed block was offline and in no zone.</remarks>
    public override void Removed(PhysicalMemory memory, NumaNode node, ZoneSet zones, PfnRange pages)
    {
    }

    /// <inheritdoc/>
    /// <remarks>For an online block its zone; for one that is or goes offline the current default, then the kernel zone and Movable.</remarks>
    public override ZoneList ValidZones(PhysicalMemory memory, in MemoryBlock block)
    {
        var zones = new ZoneList();
        if (block.State == MemoryBlockState.Online)
        {
            if (block.Zones.IsSingle)
                zones.Add(block.Zones.Lowest);
            return zones;
        }
        zones.Add(DefaultZone(memory, block));
        zones.Add(KernelZone(block));
        zones.Add(ZoneType.Movable);
        return zones;
    }
}
