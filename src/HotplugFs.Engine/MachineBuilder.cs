using HotplugFs.Engine.Policies;

namespace HotplugFs.Engine;

/// <summary>Builds the physical memory of a machine as it is after boot, before DIMMs are plugged.</summary>
internal sealed class MachineBuilder
{
    private readonly MachineDefinition _definition;
    private readonly KernelRules _rules;
    private readonly PhysicalMemory _memory;

    /// <summary>The boot memory of each zone without the blocks that straddle a zone boundary.</summary>
    private readonly Dictionary<Zone, long> _countedBootPages = [];

    private MachineBuilder(MachineDefinition definition, KernelRules rules)
    {
        _definition = definition;
        _rules = rules;
        if (definition.Nodes.GroupBy(node => node.Number).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new ArgumentException($"node {twice.Key} is defined twice");
        _memory = new PhysicalMemory(
            definition.Architecture, definition.PageSizeBytes, definition.BlockSizeBytes, definition.Config.HugePageSizes,
            [.. definition.Nodes.Select(BuildNode)])
        {
            AddressEnd = rules.AddressEnd(definition.PageSizeBytes, definition.BlockSizeBytes),
            MovableNode = definition.MovableNode,
            HasMovableOnlyNodes = definition.MovableNode || rules.HasMovableOnlyNodes,
            OnlinePolicy = definition.OnlinePolicy,
        };
    }

    /// <summary>Builds the memory.</summary>
    /// <exception cref="ArgumentException">The definition contradicts itself.</exception>
    public static PhysicalMemory Build(MachineDefinition definition, KernelRules rules)
    {
        var builder = new MachineBuilder(definition, rules);
        builder._memory.Dimms.ReusesSlots = !rules.EjectKeepsBlocks;
        builder.AddMemory();
        builder.SetFigures();
        foreach (var node in builder._memory.PossibleNodes)
            builder.SetStates(node);
        builder.DivideStraddlingBlocks();
        return builder._memory;
    }

    private NumaNode BuildNode(NodeDefinition node, int index)
    {
        var distances = node.Distances;
        if (distances.Count == 0)
            distances = [.. Enumerable.Range(0, _definition.Nodes.Count).Select(other => other == index ? 10 : 20)];
        return new NumaNode(node.Number, node.Cpus, distances) { MemmapPages = node.MemmapPages, Hardware = node.Hardware };
    }

    private void AddMemory()
    {
        foreach (var dimm in _definition.Memory.Where(range => range.Dimm is not null).GroupBy(range => range.Dimm!))
            AddDimm(dimm.Key, [.. dimm.OrderBy(range => range.First)]);
        foreach (var device in _definition.VirtioMem.Where(device => device.Address is not null))
            AddVirtioMem(device);
        foreach (var device in _definition.Memory.Where(range => range.Dax is not null).GroupBy(range => range.Dax!))
            AddDaxBlocks(device.Key, [.. device.OrderBy(range => range.First)]);
        foreach (var range in _definition.Memory)
            AddRange(range);
        if (_rules.ConfiguresStandby)
            return;
        var zones = _rules.Zones.OfflineBlocksHaveZone ? ZoneType.Normal : default(ZoneSet);
        foreach (var number in _definition.Standby)
            if (!_memory.Blocks.Contains(number))
                AddRange(new MemoryRange(new BlockId(number), 1, _definition.Nodes[0].Number, zones)
                {
                    State = MemoryBlockState.Offline,
                    HotAdded = true,
                });
    }

    /// <summary>Adds a DIMM that is plugged at boot. If its blocks differ, it is defined by several adjacent ranges.</summary>
    private void AddDimm(string id, MemoryRange[] parts)
    {
        if (_definition.Dimms.FirstOrDefault(dimm => dimm.Id == id) is { Address: { } address } offered)
        {
            var blocks = (int)(offered.SizeBytes / _memory.BlockSizeBytes);
            _memory.Dimms.Add(id, NodeOf(parts[0]), new BlockId((int)(address / _memory.BlockSizeBytes)), blocks, memmapPages: 0);
            return;
        }
        for (var i = 1; i < parts.Length; i++)
            if (parts[i].First.Number != parts[i - 1].First.Number + parts[i - 1].Count || parts[i].Node != parts[0].Node)
                throw new ArgumentException($"dimm {id} is not in one piece: {parts[i].First} does not follow on its other blocks");
        var count = parts.Sum(part => part.Count);
        var memmapPages = _rules.MemmapPages(_definition.Config.MemmapOnMemory, _memory, count);
        _memory.Dimms.Add(id, NodeOf(parts[0]), parts[0].First, count, memmapPages);
        _memory.AddedRanges.Add(parts[0].First, count);
    }

    private void AddVirtioMem(VirtioMemDefinition definition)
    {
        if (!_rules.HasVirtioMem)
            throw new ArgumentException($"kernel {_rules.Name} has no virtio-mem, but the machine has the device {definition.Id}");
        var node = _memory.FindNode(definition.Node)
            ?? throw new ArgumentException($"virtio-mem {definition.Id} is on node {definition.Node}, which is not defined");
        var first = new BlockId((int)(definition.Address!.Value / _memory.BlockSizeBytes));
        _memory.AddVirtioMem(definition.Id, node, first, (int)(definition.MaxBytes / _memory.BlockSizeBytes)).RequestedBytes = definition.SizeBytes;
    }

    /// <summary>Adds the blocks of a dax device: a group for each run of them.</summary>
    private void AddDaxBlocks(string id, MemoryRange[] parts)
    {
        var isHolder = _definition.Dax.SelectMany((region, number) => region.Devices.Where(device => device.NameIn(number) == id))
            .Any(device => device.HoldsItsMemmap);
        for (var i = 0; i < parts.Length;)
        {
            var (first, count) = (parts[i].First, 0);
            for (; i < parts.Length && parts[i].First.Number == first.Number + count; i++)
                count += parts[i].Count;
            var pages = isHolder ? _rules.MemmapPages(_definition.Config.MemmapOnMemory, _memory, count) : 0;
            _memory.AddDaxBlocks(id, NodeOf(parts[0]), first, count, pages);
        }
    }

    private MemoryDevice? DeviceOf(MemoryRange range) => range.Dax is not null
        ? _memory.DaxBlocks.Values.Single(blocks => range.First.Number - blocks.First.Number is var offset && offset >= 0 && offset < blocks.Count)
        : range.VirtioMem is null
        ? range.Dimm is null ? null : _memory.Dimms.Find(range.Dimm)
        : _memory.VirtioMem.Values.FirstOrDefault(device => device.Id == range.VirtioMem)
            ?? throw new ArgumentException($"{range.First} belongs to virtio-mem {range.VirtioMem}, which is not defined");

    private NumaNode NodeOf(MemoryRange range) =>
        _memory.FindNode(range.Node) ?? throw new ArgumentException($"{range.First} is on node {range.Node}, which is not defined");

    private void AddRange(MemoryRange range)
    {
        var node = NodeOf(range);
        var device = DeviceOf(range);
        var isOnline = range.State == MemoryBlockState.Online;
        if (range.HolePages < 0 || range.HolePages > _memory.PagesPerBlock)
        {
            throw new ArgumentException(
                $"{range.First} has {range.HolePages} pages that are not RAM; a block can have at most {_memory.PagesPerBlock}");
        }
        if ((range.First.Number + (long)range.Count) * _memory.BlockSizeBytes > _memory.AddressEnd)
        {
            throw new ArgumentException($"memory{range.First.Number + range.Count - 1} is beyond the end of the physical addresses of kernel "
                + $"{_rules.Name}, 0x{_memory.AddressEnd:x}");
        }
        var hasZone = isOnline || _rules.Zones.OfflineBlocksHaveZone;
        if (hasZone && range.Zones == default)
            throw new ArgumentException(
                $"{range.First} is in no zone, which a block that is {range.State.Word()} cannot be in kernel {_rules.Name}");
        var (first, end) = (range.First.Number, range.First.Number + range.Count);
        if (_memory.Blocks.Next(first) is >= 0 and var present && present < end)
            throw new ArgumentException($"memory{present} is defined twice");
        var zones = range.OtherNodes.Count > 0 ? range.Zones.With(ZoneSet.OtherNodes) : range.Zones;
        var flags = (isOnline && !range.OnlineWithoutDevice ? BlockFlags.DeviceOnline : BlockFlags.None)
            | (range.KernelPages ? BlockFlags.KernelPages : BlockFlags.None)
            | (range.HolePages > 0 ? BlockFlags.Holes : BlockFlags.None)
            | (device is null && !range.HotAdded ? BlockFlags.Boot : BlockFlags.None);
        _memory.AddBlocks(range.First, range.Count, node, hasZone ? zones : default, device, range.State, flags);
        for (var number = first; number < end && range.HolePages > 0; number++)
            _memory.HolePages[number] = range.HolePages;
        for (var number = first; number < end && device is VirtioMemDevice; number++)
            ((VirtioMemDevice)device).Add(new BlockId(number), range.PluggedBytes ?? _memory.BlockSizeBytes);
        if (range.EndsInHole)
            _memory.BlocksEndingInHole.AddRun(first, range.Count);
        if (range.KernelPages)
            _memory.KernelBlocks.AddRun(first, range.Count);
        if (range.HotAdded)
            _memory.AddedRanges.Add(range.First, range.Count);
        if (range.OtherNodes.Count > 0)
            Share(range, node);
        // Blocks that straddle a zone boundary are counted by the figures of their zones.
        else if (isOnline && range.Zones.IsSingle)
            CountPages(range, node.Zone(range.Zones.Lowest), device);
    }

    /// <summary>Divides the pages of a block among the zones of several nodes.</summary>
    private void Share(MemoryRange range, NumaNode node)
    {
        if (range is not { Count: 1, IsBoot: true, HotAdded: false, HolePages: 0, State: MemoryBlockState.Online, Zones.IsSingle: true })
            throw new ArgumentException($"{range.First} is on several nodes, which only a single online block of boot memory without holes can be");
        var pages = _memory.PagesOf(range.First);
        var start = pages.End - range.OtherNodes.Sum(part => part.Pages);
        Count(node.Zone(range.Zones.Lowest), new PfnRange(pages.Start, start));
        foreach (var part in range.OtherNodes)
        {
            var other = _memory.FindNode(part.Node)
                ?? throw new ArgumentException($"{range.First} is on node {part.Node}, which is not defined");
            if (part.Pages <= 0 || part.Pages % _memory.PagesPerPageblock != 0 || start <= pages.Start || other == node)
                throw new ArgumentException($"{range.First} cannot have {part.Pages} pages on node {part.Node}");
            other.Blocks.Add(range.First.Number);
            other.Zone(part.Zone).Blocks.Add(range.First.Number);
            Count(other.Zone(part.Zone), new PfnRange(start, start + part.Pages));
            start += part.Pages;
        }
        _memory.SharedBlocks.Add(range.First.Number, range.OtherNodes);

        void Count(Zone zone, PfnRange part)
        {
            _memory.StraddlingParts.Add((range.First, zone), part);
            zone.PresentPages += part.Length;
            zone.ManagedPages += part.Length;
            zone.PresentBootPages += part.Length;
        }
    }

    private void CountPages(MemoryRange range, Zone zone, MemoryDevice? device)
    {
        var pages = range.Count * (_memory.PagesPerBlock - range.HolePages);
        zone.PresentPages += pages;
        zone.ManagedPages += pages - range.Count * (device?.UnmanagedPages(range.First) ?? 0);
        if (device is null && !range.HotAdded)
            zone.PresentBootPages += pages;
        for (var i = 0; i < range.Count; i++)
            device?.CountOnline(new BlockId(range.First.Number + i), zone, 1);
    }

    /// <summary>Sets spans as they follow from the memory, and then all figures that the definition gives.</summary>
    private void SetFigures()
    {
        foreach (var zone in _memory.PossibleNodes.SelectMany(node => node.Zones))
            _countedBootPages.Add(zone, zone.PresentBootPages);
        foreach (var node in _memory.PossibleNodes)
            SetSpans(node);
        foreach (var figures in _definition.Zones)
            SetZone(figures);
        if (_rules.Zones.OfflineBlocksKeepZone)
            KeepLastZones();
        foreach (var node in _definition.Nodes)
            if (node.Span is { } span)
                _memory.FindNode(node.Number)!.Span = span;
    }

    /// <summary>An offline block was last in the zone that the definition names if that zone still spans it.</summary>
    private void KeepLastZones()
    {
        foreach (var range in _definition.Memory.Where(range => range.State == MemoryBlockState.Offline && range.Zones.IsSingle))
        {
            var span = NodeOf(range).Zone(range.Zones.Lowest).Span;
            for (var i = 0; i < range.Count; i++)
            {
                var id = new BlockId(range.First.Number + i);
                if (span.Intersects(_memory.PagesOf(id)))
                    _memory.SetZone(id, range.Zones);
            }
        }
    }

    private void SetSpans(NumaNode node)
    {
        foreach (var zone in node.Zones)
        {
            zone.Span = SpanOf(zone.Blocks, node);
            zone.Initialized = !zone.Span.IsEmpty;
        }
        node.Span = SpanOf(node.Blocks, node);
        var dma32 = node.Zone(ZoneType.Dma32);
        // At boot zone DMA32 reaches up to 4 GiB if the node has memory above.
        var dma32End = PhysicalMemory.Dma32End / _memory.PageSizeBytes;
        if (!dma32.Span.IsEmpty && dma32.Span.Start < dma32End && node.Span.End > dma32End)
            dma32.Span = new PfnRange(dma32.Span.Start, dma32End);
    }

    private PfnRange SpanOf(BlockSet blocks, NumaNode node)
    {
        if (blocks.Count == 0)
            return PfnRange.Empty;
        // The first page of a machine is in no zone.
        var start = Math.Max(1, PagesOn(node, blocks.Next(0)).Start);
        return new PfnRange(start, PagesOn(node, blocks.Previous(BlockId.MaxNumber)).End);
    }

    /// <summary>The pages of a block that are on a node.</summary>
    private PfnRange PagesOn(NumaNode node, int block)
    {
        var id = new BlockId(block);
        return _memory.SharedBlocks.TryGetValue(block, out var parts)
            ? _memory.PagesIn(id, parts.FirstOrDefault(part => part.Node == node.Number) is { } part
                ? node.Zone(part.Zone)
                : node.Zone(_memory[id].Zones.Lowest))
            : _memory.PagesOf(id);
    }

    private void SetZone(ZoneFigures figures)
    {
        var node = _memory.FindNode(figures.Node)
            ?? throw new ArgumentException($"zone {figures.Type.Name()} is on node {figures.Node}, which is not defined");
        var zone = node.Zone(figures.Type);
        zone.Span = figures.Span;
        zone.KeptPages = zone.ManagedPages - figures.ManagedPages;
        zone.PresentPages = figures.PresentPages;
        zone.ManagedPages = figures.ManagedPages;
        zone.PresentBootPages = figures.PresentBootPages;
        zone.Initialized = figures.Initialized;
    }

    /// <summary>Divides the blocks that straddle a zone boundary among their zones.</summary>
    private void DivideStraddlingBlocks()
    {
        foreach (var range in _definition.Memory.Where(range =>
            range is { State: MemoryBlockState.Online, Zones.IsSingle: false, OtherNodes.Count: 0 }))
        {
            Zone[] zones = [.. NodeOf(range).Zones.Where(zone => range.Zones.Has(zone.Type))];
            for (var number = range.First.Number; number < range.First.Number + range.Count; number++)
                Divide(new BlockId(number), zones);
            // Which pages are not RAM is not known.
            zones[0].KeptPages -= range.Count * range.HolePages;
            // A zone whose end was rounded down manages pages that are counted in the next one.
            for (var i = 1; i < zones.Length; i++)
            {
                var counted = Math.Min(zones[i - 1].KeptPages, 0);
                zones[i - 1].KeptPages -= counted;
                zones[i].KeptPages += counted;
            }
        }
    }

    private void Divide(BlockId id, Zone[] zones)
    {
        var pages = _memory.PagesOf(id);
        long? Inside(long pfn) => pfn > pages.Start && pfn < pages.End ? pfn : null;
        var start = pages.Start;
        for (var i = 0; i < zones.Length; i++)
        {
            // Where both spans have grown beyond the block since boot, how much boot memory the zone has decides.
            var end = i == zones.Length - 1
                ? pages.End
                : Inside(zones[i].Span.End) ?? Inside(zones[i + 1].Span.Start) ?? start + zones[i].PresentBootPages - _countedBootPages[zones[i]];
            end = Math.Clamp(end & -_memory.PagesPerPageblock, start, pages.End);
            var part = new PfnRange(start, end);
            _memory.StraddlingParts.Add((id, zones[i]), part);
            zones[i].KeptPages += part.Length;
            start = end;
        }
    }

    private void SetStates(NumaNode node)
    {
        foreach (var zone in node.Zones)
            zone.BootSpan = zone.Span;
        var states = _memory.NodeStates;
        if (node.Cpus.Count > 0 && _rules.CountsBootCpus)
            states.Cpu.Add(node.Number);
        if (_rules.HasGenericInitiators && node.Hardware.IsGenericInitiator)
            states.GenericInitiator.Add(node.Number);
        node.Online = node.Blocks.Count > 0 || node.Cpus.Count > 0
            || (_definition.Nodes.Single(other => other.Number == node.Number).IsOnline
                ?? (_memory.Architecture.BootsAllNodes || (_rules.HasGenericInitiators && node.Hardware.IsGenericInitiator)));
        if (node.Online)
        {
            node.Generation = 1;
            states.Online.Add(node.Number);
        }
        if (node.PresentPages > 0)
            states.Memory.Add(node.Number);
        if (node.PresentPagesUpTo(_memory.LastHighZone) > 0)
            states.HighMemory.Add(node.Number);
        if (_rules.FreezesNormalMemory ? HadNormalMemory(node) : node.PresentPagesUpTo(_memory.LastNormalZone) > 0)
            states.NormalMemory.Add(node.Number);
    }

    /// <summary>
    /// True if a node had normal memory at boot, also if that is offline by now. A saved machine states it: its boot memory may have moved.
    /// </summary>
    private bool HadNormalMemory(NumaNode node) =>
        _definition.Nodes.Single(definition => definition.Number == node.Number).HasNormalMemory
        ?? _definition.Memory.Any(range =>
            range is { IsBoot: true, HotAdded: false }
            && ((range.Node == node.Number && range.Zones != ZoneType.Movable)
                || range.OtherNodes.Any(part => part.Node == node.Number && part.Zone != ZoneType.Movable)));
}
