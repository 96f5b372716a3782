using HotplugFs.Abi;
using HotplugFs.Engine.Memory;

namespace HotplugFs.Engine;

// Memory coming and going (add_memory, remove_memory, and ACPI's eject in front of it). Source: legacy.md 6.
public sealed partial class Machine
{
    private readonly List<Dimm?> _dimms = [];

    // Indexes are never used again: the list of a machine that plugs and unplugs for long is mostly empty.
    private readonly BlockSet _dimmIndexes = new();
    private readonly Dictionary<string, Dimm> _dimmsById = [];
    private readonly SortedSet<int> _freeSlots = [];

    /// <summary>The dimms that are plugged, in the order of their plugging.</summary>
    public IEnumerable<Dimm> Dimms
    {
        get
        {
            for (var index = NextDimm(0); index >= 0; index = NextDimm(index + 1))
                yield return _dimms[index]!;
        }
    }

    /// <summary>How many dimms are plugged.</summary>
    public int DimmCount => _dimmsById.Count;

    /// <summary>The index of the first dimm that is plugged, from this index on, or -1.</summary>
    /// <param name="from">Where to start.</param>
    public int NextDimm(int from) => _dimmIndexes.Next(from);

    /// <summary>Finds a dimm by its name.</summary>
    /// <param name="id">Its name.</param>
    /// <returns>The dimm, or null.</returns>
    public Dimm? FindDimm(string id) => _dimmsById.GetValueOrDefault(id);

    /// <summary>A dimm by its index.</summary>
    /// <param name="index">Its index.</param>
    /// <returns>The dimm, or null if it has gone.</returns>
    public Dimm? DimmAt(int index) => index >= 0 && index < _dimms.Count ? _dimms[index] : null;

    /// <summary>
    /// Plugs a dimm. Its blocks are added offline in the zone that the era's rule gives them, its node comes online with its first
    /// block, and then <see cref="AutoOnline"/> is applied; a block that cannot be onlined stays offline and the plug still succeeds.
    /// </summary>
    /// <param name="definition">The dimm.</param>
    /// <returns>
    /// The dimm; EEXIST if its name or one of its blocks is taken; EINVAL if its size or address is not a multiple of the block size,
    /// or its node is not possible; ENOSPC if no room is left below <see cref="PhysicalMemory.AddressEnd"/>.
    /// </returns>
    public Result<Dimm> Plug(DimmDefinition definition)
    {
        var place = CheckPlug(definition);
        if (!place.IsOk)
            return place.Error;
        var (node, first, count) = place.Value;
        var dimm = AddDimm(definition.Id, node, first, count);
        AddMemory(node, first, count, dimm);
        AutoOnlineBlocks(first, count);
        Changed?.Invoke(new HotplugEvent(HotplugEventKind.DimmAdded, dimm.Index, node.Number, dimm.Id));
        return dimm;
    }

    private Result<(NumaNode Node, BlockId First, int Count)> CheckPlug(DimmDefinition definition)
    {
        if (FindNode(definition.Node) is not { } node)
            return RefusePlug(definition, Errno.EINVAL, $"node {definition.Node} is not possible on this machine");
        if (_dimmsById.ContainsKey(definition.Id))
            return RefusePlug(definition, Errno.EEXIST, "there is a dimm of that name");
        if (definition.SizeBytes <= 0 || definition.SizeBytes % BlockSizeBytes != 0)
            return RefusePlug(definition, Errno.EINVAL, $"its size {definition.SizeBytes} is not a multiple of the block size {BlockSizeBytes}");
        var address = definition.Address ?? FirstFreeAddress();
        if (address < 0 || address % BlockSizeBytes != 0)
            return RefusePlug(definition, Errno.EINVAL, $"its address 0x{address:x} is not a multiple of the block size 0x{BlockSizeBytes:x}");
        if (definition.SizeBytes > PhysicalMemory.AddressEnd || address > PhysicalMemory.AddressEnd - definition.SizeBytes)
            return RefusePlug(definition, Errno.ENOSPC, $"it does not fit below 0x{PhysicalMemory.AddressEnd:x}");
        var (first, count) = (new BlockId((int)(address / BlockSizeBytes)), (int)(definition.SizeBytes / BlockSizeBytes));
        if (Blocks.Next(first.Number) is >= 0 and var taken && taken < first.Number + count)
            return RefusePlug(definition, Errno.EEXIST, $"memory{taken} is there already");
        return (node, first, count);
    }

    private Errno RefusePlug(DimmDefinition definition, Errno error, string reason)
    {
        Log($"dimm {definition.Id}: plug refused: {reason}");
        return error;
    }

    /// <summary>Where an emulator would put the next device: behind everything else, at first at the next GiB above boot memory and 4 GiB.</summary>
    private long FirstFreeAddress()
    {
        var end = (Blocks.Previous(BlockId.MaxNumber) + 1L) * BlockSizeBytes;
        var isBoot = Blocks.Count > 0 && this[new BlockId(Blocks.Previous(BlockId.MaxNumber))].IsBoot;
        var alignment = Math.Max(BlockSizeBytes, isBoot ? 1L << 30 : 0);
        return Math.Max((end + alignment - 1) / alignment * alignment, Dma32EndPfn * PhysicalMemory.PageSizeBytes);
    }

    private Dimm AddDimm(string id, NumaNode node, BlockId first, int count)
    {
        // The lowest free slot; without a gap that is the one behind all others.
        var slot = _freeSlots.Count > 0 ? _freeSlots.Min : _dimmsById.Count;
        _freeSlots.Remove(slot);
        var dimm = new Dimm(_dimms.Count, id, slot, node, first, count);
        _dimms.Add(dimm);
        _dimmIndexes.Add(dimm.Index);
        _dimmsById.Add(id, dimm);
        return dimm;
    }

    /// <summary>Adds one block at an address, as writing to <c>probe</c> does, on the first possible node that is online.</summary>
    /// <param name="address">Its physical address.</param>
    /// <returns>EINVAL if it is not a multiple of the block size or out of range, EEXIST if the block is there.</returns>
    public Result Probe(ulong address)
    {
        if (address % (ulong)BlockSizeBytes != 0)
            return RefuseProbe(address, Errno.EINVAL, $"it is not a multiple of the block size 0x{BlockSizeBytes:x}");
        if (address >= (ulong)PhysicalMemory.AddressEnd)
            return RefuseProbe(address, Errno.EINVAL, $"physical addresses end at 0x{PhysicalMemory.AddressEnd:x}");
        var block = new BlockId((int)(address / (ulong)BlockSizeBytes));
        if (Blocks.Contains(block.Number))
            return RefuseProbe(address, Errno.EEXIST, $"{block} is there already");
        AddMemory(FindNode(NodeStates.Online.Next(0))!, block, 1, dimm: null);
        AutoOnlineBlocks(block, 1);
        return Result.Ok;
    }

    private Errno RefuseProbe(ulong address, Errno error, string reason)
    {
        Log($"probe: 0x{address:x} refused: {reason}");
        return error;
    }

    private void AddMemory(NumaNode node, BlockId first, int count, Dimm? dimm)
    {
        var pages = PagesOf(first, count);
        var isNewNode = !node.Online;
        if (isNewNode)
            ForgetSpans(node);
        var zones = Profile.Zones.Add(this, node, pages);
        for (var number = first.Number; number < first.Number + count; number++)
            AddBlock(new BlockId(number), node, zones, dimm);
        node.Span = node.Span.Hull(pages);
        if (isNewNode)
        {
            node.Online = true;
            node.Generation++;
            NodeStates.Online.Add(node.Number);
        }
        for (var number = first.Number; number < first.Number + count; number++)
            Tell(HotplugEventKind.BlockAdded, number, node);
        if (isNewNode)
            Tell(HotplugEventKind.NodeAdded, node.Number, node);
    }

    /// <summary>A node that comes back starts with empty spans, whatever stale ones it had; that a zone was in use is not forgotten.</summary>
    private static void ForgetSpans(NumaNode node)
    {
        node.Span = PfnRange.Empty;
        foreach (var zone in node.Zones)
            zone.Span = PfnRange.Empty;
    }

    private ref BlockRecord AddBlock(BlockId id, NumaNode node, ZoneSet zones, Dimm? dimm)
    {
        ref var record = ref _blocks.Add(id);
        record.Node = (ushort)node.Number;
        record.Zones = zones;
        record.Dimm = dimm?.Index ?? -1;
        node.Blocks.Add(id.Number);
        foreach (var type in ZoneTypes)
            if (zones.Has(type))
                node.Zone(type).Blocks.Add(id.Number);
        return ref record;
    }

    private void AutoOnlineBlocks(BlockId first, int count)
    {
        if (AutoOnline == OnlineType.Offline)
            return;
        for (var number = first.Number; number < first.Number + count; number++)
        {
            var id = new BlockId(number);
            var operation = new HotplugOperation(this, self => AutoOnlineBlock(self, id));
            operation.Run();
        }
    }

    private IEnumerable<HotplugStep> AutoOnlineBlock(HotplugOperation operation, BlockId id)
    {
        if (Profile.AutoOnlineLeavesDeviceFlag)
            return OnlineBlock(operation, id, AutoOnline);
        _blocks[id].Remembered = AutoOnline;
        return DeviceOnline(operation, id);
    }

    /// <summary>
    /// Begins the eject of a dimm: its online blocks are offlined in ascending order, those that refuse once more, and if one still
    /// refuses the others come back and the eject is refused with EBUSY.
    /// </summary>
    /// <param name="dimm">A dimm that is plugged.</param>
    public HotplugOperation Unplug(Dimm dimm) => new(this, operation => EjectDimm(operation, dimm));

    private IEnumerable<HotplugStep> EjectDimm(HotplugOperation operation, Dimm dimm)
    {
        var offlined = new BlockSet();
        var refused = new BlockSet();
        for (var number = dimm.First.Number; number <= dimm.Last.Number; number++)
            foreach (var step in TryOffline(operation, number, offlined, refused))
                yield return step;
        var culprit = refused.Next(0);
        while (culprit >= 0)
        {
            foreach (var step in DeviceOffline(operation, new BlockId(culprit)))
                yield return step;
            if (!operation.Outcome.IsOk)
                break;
            offlined.Add(culprit);
            culprit = refused.Next(culprit + 1);
        }
        if (culprit >= 0)
        {
            Log($"dimm {dimm.Id}: unplug refused: memory{culprit} cannot go offline; the blocks taken offline for it come back");
            foreach (var step in BringBack(operation, offlined))
                yield return step;
            operation.Outcome = Errno.EBUSY;
            yield break;
        }
        if (FirstOnline(dimm) is { } online)
        {
            Log($"dimm {dimm.Id}: unplug refused: {online} was onlined by auto_online_blocks and its device does not know; "
                + $"a real {Profile.Name} kernel crashes here");
            operation.Outcome = Errno.EIO;
            yield break;
        }
        RemoveDimm(dimm);
    }

    private IEnumerable<HotplugStep> TryOffline(HotplugOperation operation, int number, BlockSet offlined, BlockSet refused)
    {
        var id = new BlockId(number);
        if (!this[id].DeviceOnline)
            yield break;
        foreach (var step in DeviceOffline(operation, id))
            yield return step;
        (operation.Outcome.IsOk ? offlined : refused).Add(number);
        operation.Outcome = DeviceOutcome.Done;
    }

    private IEnumerable<HotplugStep> BringBack(HotplugOperation operation, BlockSet offlined)
    {
        for (var number = offlined.Next(0); number >= 0; number = offlined.Next(number + 1))
            foreach (var step in DeviceOnline(operation, new BlockId(number)))
                yield return step;
    }

    private BlockId? FirstOnline(Dimm dimm)
    {
        for (var number = dimm.First.Number; number <= dimm.Last.Number; number++)
            if (this[new BlockId(number)].State == MemoryBlockState.Online)
                return new BlockId(number);
        return null;
    }

    private void RemoveDimm(Dimm dimm)
    {
        _dimms[dimm.Index] = null;
        _dimmIndexes.Remove(dimm.Index);
        _dimmsById.Remove(dimm.Id);
        _freeSlots.Add(dimm.Slot);
        RemoveBlocks(dimm.Node, dimm.First, dimm.Count);
        Changed?.Invoke(new HotplugEvent(HotplugEventKind.DimmRemoved, dimm.Index, dimm.Node.Number, dimm.Id));
    }

    /// <summary>Removes blocks that are offline, in ascending order, and the node with its last block if it has no CPU.</summary>
    private void RemoveBlocks(NumaNode node, BlockId first, int count)
    {
        var zones = _blocks[first].Zones;
        for (var number = first.Number; number < first.Number + count; number++)
        {
            var id = new BlockId(number);
            foreach (var type in ZoneTypes)
                node.Zone(type).Blocks.Remove(number);
            node.Blocks.Remove(number);
            _blocks.Remove(id);
            _poisonedPages.Remove(id);
            Profile.Zones.Removed(this, node, zones, PagesOf(id));
            node.Span = ShrinkNodeSpan(node, PagesOf(id));
            Tell(HotplugEventKind.BlockRemoved, number, node);
        }
        if (node.Blocks.Count > 0 || node.Cpus.Count > 0)
            return;
        node.Online = false;
        NodeStates.Online.Remove(node.Number);
        Tell(HotplugEventKind.NodeRemoved, node.Number, node);
    }
}
