using HotplugFs.Engine.Memory;

namespace HotplugFs.Engine;

// How the machine stands at the beginning.
public sealed partial class Machine
{
    private const long Dma32EndPfn = 1L << 20;

    private void Boot(MachineDefinition definition)
    {
        foreach (var node in definition.Nodes)
            BootNode(node, definition.Nodes.Count);
        foreach (var dimm in definition.Memory.Where(range => range.Dimm is not null).GroupBy(range => range.Dimm!))
            BootParts(dimm.Key, [.. dimm.OrderBy(range => range.First)]);
        foreach (var range in definition.Memory)
            BootRange(range);
        foreach (var node in _possibleNodes)
            BootSpans(node);
        foreach (var figures in definition.Zones)
            BootZone(figures);
        foreach (var node in definition.Nodes)
            if (node.Span is { } span)
                _nodes[node.Number]!.Span = span;
        foreach (var node in _possibleNodes)
            BootStates(node);
        foreach (var dimm in definition.Dimms)
            BootDimm(dimm);
        AutoOnline = definition.AutoOnline;
        OnlinePolicy.Kind = definition.OnlinePolicy.Kind;
        OnlinePolicy.RatioPercent = definition.OnlinePolicy.RatioPercent;
        OnlinePolicy.IsNumaAware = definition.OnlinePolicy.IsNumaAware;
    }

    private void BootNode(NodeDefinition definition, int possible)
    {
        if (_nodes[definition.Number] is not null)
            throw new ArgumentException($"node {definition.Number} is defined twice");
        var distances = definition.Distances;
        if (distances.Count == 0)
            distances = Enumerable.Range(0, possible).Select(other => other == _possibleNodes.Count ? 10 : 20).ToArray();
        var node = new NumaNode(definition.Number, definition.Cpus, distances);
        _nodes[definition.Number] = node;
        _possibleNodes.Add(node);
        NodeStates.Possible.Add(node.Number);
    }

    /// <summary>A dimm whose blocks are not all alike is given in several ranges, one behind the other.</summary>
    private void BootParts(string dimm, MemoryRange[] parts)
    {
        for (var i = 1; i < parts.Length; i++)
            if (parts[i].First.Number != parts[i - 1].First.Number + parts[i - 1].Count || parts[i].Node != parts[0].Node)
                throw new ArgumentException($"dimm {dimm} is not in one piece: {parts[i].First} does not follow on its other blocks");
        AddDimm(dimm, BootNodeOf(parts[0]), parts[0].First, parts.Sum(part => part.Count));
    }

    private NumaNode BootNodeOf(MemoryRange range) =>
        FindNode(range.Node) ?? throw new ArgumentException($"{range.First} is on node {range.Node}, which is not defined");

    private void BootRange(MemoryRange range)
    {
        var node = BootNodeOf(range);
        var dimm = range.Dimm is null ? null : FindDimm(range.Dimm);
        var zones = range.State == MemoryBlockState.Online || Profile.Zones.OfflineBlocksHaveZone ? range.Zones : default;
        if (zones == default && (range.State == MemoryBlockState.Online || Profile.Zones.OfflineBlocksHaveZone))
            throw new ArgumentException($"{range.First} is in no zone, which a block that is {range.State.Word()} cannot be in kernel {Profile.Name}");
        for (var i = 0; i < range.Count; i++)
        {
            var id = new BlockId(range.First.Number + i);
            if (_blocks.Present.Contains(id.Number))
                throw new ArgumentException($"{id} is defined twice");
            ref var record = ref AddBlock(id, node, zones, dimm);
            record.State = range.State;
            record.HolePages = checked((ushort)range.HolePages);
            record.Flags |= (range.State == MemoryBlockState.Online ? BlockFlags.DeviceOnline : BlockFlags.None)
                | (range.KernelPages ? BlockFlags.KernelPages : BlockFlags.None)
                | (dimm is null ? BlockFlags.Boot : BlockFlags.None);
            if (range.EndsInHole)
                _endInHole.Add(id.Number);
        }
        BootPresentPages(node, range, dimm);
    }

    private void BootPresentPages(NumaNode node, MemoryRange range, Dimm? dimm)
    {
        if (range.State != MemoryBlockState.Online || !range.Zones.IsSingle)
            return;
        var pages = range.Count * (PagesPerBlock - range.HolePages);
        node.Zone(range.Zones.Lowest).PresentPages += pages;
        node.Zone(range.Zones.Lowest).ManagedPages += pages;
        if (dimm is null)
            node.Zone(range.Zones.Lowest).PresentBootPages += pages;
        else
            CountInDimm(dimm, node.Zone(range.Zones.Lowest), range.Count);
    }

    private void BootSpans(NumaNode node)
    {
        foreach (var zone in node.Zones)
        {
            zone.Span = HullOf(zone.Blocks);
            zone.Initialized = !zone.Span.IsEmpty;
        }
        node.Span = HullOf(node.Blocks);
        var dma32 = node.Zone(ZoneType.Dma32);
        // At boot a zone reaches to the limit of what it can hold when the node has memory above that limit.
        if (!dma32.Span.IsEmpty && node.Span.End > Dma32EndPfn)
            dma32.Span = new PfnRange(dma32.Span.Start, Dma32EndPfn);
    }

    private PfnRange HullOf(BlockSet blocks)
    {
        if (blocks.Count == 0)
            return PfnRange.Empty;
        // The first page of a machine is in no zone.
        var start = Math.Max(1, blocks.Next(0) * PagesPerBlock);
        return new PfnRange(start, (blocks.Previous(BlockId.MaxNumber) + 1L) * PagesPerBlock);
    }

    private void BootZone(ZoneFigures figures)
    {
        var node = FindNode(figures.Node) ?? throw new ArgumentException($"zone {figures.Type.Name()} is on node {figures.Node}, which is not defined");
        var zone = node.Zone(figures.Type);
        zone.Span = figures.Span;
        zone.PresentPages = figures.PresentPages;
        zone.ManagedPages = figures.ManagedPages;
        zone.PresentBootPages = figures.PresentBootPages;
        zone.Initialized = figures.Initialized;
    }

    private void BootStates(NumaNode node)
    {
        foreach (var zone in node.Zones)
            zone.BootSpan = zone.Span;
        if (node.Cpus.Count > 0 && Profile.HasCpuKnowsBootCpus)
            NodeStates.Cpu.Add(node.Number);
        node.Online = node.Blocks.Count > 0 || node.Cpus.Count > 0;
        if (node.Online)
        {
            node.Generation = 1;
            NodeStates.Online.Add(node.Number);
        }
        if (node.PresentPages > 0)
            NodeStates.Memory.Add(node.Number);
        if (node.PresentPagesUpTo(LastHighZone) > 0)
            NodeStates.HighMemory.Add(node.Number);
        if (node.PresentPagesUpTo(LastNormalZone) > 0)
            NodeStates.NormalMemory.Add(node.Number);
    }

    private void BootDimm(DimmDefinition definition)
    {
        var plugged = Plug(definition);
        if (!plugged.IsOk)
            throw new ArgumentException($"dimm {definition.Id} cannot be added: {plugged.Error}");
    }
}
