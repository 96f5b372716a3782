using HotplugFs.Kernels;
using HotplugFs.Machines.Toml;

namespace HotplugFs.Machines.Files;

/// <summary>The map of the memory in a machine file. It checks whether a kernel could boot on it.</summary>
/// <remarks>
/// The number of blocks is limited, because each takes memory and the physical address space has 2^26.
/// </remarks>
internal sealed class MemoryMap(
    string file, Architecture architecture, Kernel kernel, PageSize pageSize, KernelConfig config, long blockSizeBytes)
{
    private const int BlocksMax = 1 << 22;

    private readonly List<(MemoryRange Range, Section Section)> _memory = [];
    private readonly List<(DimmDefinition Dimm, Section Section)> _dimms = [];
    private readonly List<(VirtioMemDefinition Device, Section Section)> _devices = [];
    private readonly List<(DaxDefinition Region, Section Section)> _dax = [];
    private readonly Dictionary<(int Node, ZoneType Type), (ZoneFigures Figures, Section Section)> _zones = [];

    public Architecture Architecture { get; } = architecture;

    public long BlockSizeBytes { get; } = blockSizeBytes;

    public long PagesPerBlock { get; } = blockSizeBytes / pageSize.Bytes;

    /// <summary>Bytes in a pageblock.</summary>
    public long PageblockBytes { get; } = (long)pageSize.Bytes << pageSize.PageblockOrder(config.HugePageSizes);

    /// <summary>Number of pages in a pageblock.</summary>
    public int PagesPerPageblock { get; } = 1 << pageSize.PageblockOrder(config.HugePageSizes);

    /// <summary>The highest number of a block.</summary>
    public int BlockMax => (int)(AddressEnd / BlockSizeBytes - 1);

    /// <summary>The end of the page frame numbers.</summary>
    public long PfnEnd => AddressEnd / pageSize.Bytes;

    private long AddressEnd { get; } = kernel.Rules.AddressEnd(pageSize.Bytes, blockSizeBytes);

    public MemoryRange[] Memory => [.. _memory.Select(row => row.Range)];

    public DimmDefinition[] Dimms => [.. _dimms.Select(row => row.Dimm)];

    public VirtioMemDefinition[] VirtioMem => [.. _devices.Select(row => row.Device)];

    public ZoneFigures[] Zones => [.. _zones.Values.Select(row => row.Figures)];

    public void AddZone(Section section, ZoneFigures figures)
    {
        if (!_zones.TryAdd((figures.Node, figures.Type), (figures, section)))
        {
            var first = _zones[(figures.Node, figures.Type)].Section.Line;
            throw section.Error("zone", $"zone {figures.Type.Name()} of node {figures.Node} is a duplicate; the first is in line {first}");
        }
    }

    public void AddMemory(Section section, MemoryRange range)
    {
        if (range.IsBoot)
            CheckZone(section, range);
        _memory.Add((range, section));
    }

    public void AddVirtioMem(Section section, VirtioMemDefinition device)
    {
        if (_devices.Find(row => row.Device.Id == device.Id).Section is { } first)
            throw section.Error("id", $"duplicate virtio-mem device {device.Id}; the first is in line {first.Line}");
        if (device.Address is { } address)
            Place(section, address, device.MaxBytes);
        _devices.Add((device, section));
    }

    public void AddDax(Section section, DaxDefinition region)
    {
        if (region.Address is { } address)
            Place(section, address, region.SizeBytes);
        _dax.Add((region, section));
    }

    public void AddDimm(Section section, DimmDefinition dimm) => _dimms.Add((dimm, section));

    /// <summary>Reads a size or an address, which must be a multiple of the block size.</summary>
    public long? Aligned(Section section, string key)
    {
        if (section.Bytes(key) is not { } bytes)
            return null;
        if (bytes % BlockSizeBytes == 0)
            return bytes;
        var (below, above) = (bytes / BlockSizeBytes * BlockSizeBytes, (bytes / BlockSizeBytes + 1) * BlockSizeBytes);
        throw section.Error(key, $"{key} {ByteSize.Format(bytes)} is not a multiple of the block size {ByteSize.Format(BlockSizeBytes)}; "
            + $"the nearest are {ByteSize.Format(below)} and {ByteSize.Format(above)}");
    }

    /// <summary>Returns the blocks of a range of addresses.</summary>
    public (BlockId First, int Count) Place(Section section, long address, long size)
    {
        var end = AddressEnd;
        if (size > end || address > end - size)
        {
            throw section.Error("address", $"physical addresses of {Architecture.Name} in kernel {kernel.Name} end at 0x{end:x} "
                + $"({ByteSize.Format(end)}), before the end of this memory");
        }
        return (new BlockId((int)(address / BlockSizeBytes)), (int)(size / BlockSizeBytes));
    }

    /// <summary>
    /// Checks the zone of boot memory, which follows from the address. A block may be in several zones if Movable begins within it, as in
    /// some recordings. A running machine can have moved a block to a zone where boot memory could not be; its file then has a [[zone]] for
    /// each zone. Hot-added memory is in Normal or Movable at any address (docs/kernels.md, "Adding memory").
    /// </summary>
    private void CheckZone(Section section, MemoryRange range)
    {
        var hasFigures = _zones.Keys.Any(key => key.Node == range.Node);
        if (hasFigures || range.Zones == default)
            return;
        if (!range.Zones.IsSingle)
        {
            throw section.Error("zone", $"{Name(range.First, range.Count)} in several zones needs a [[zone]] for each zone of node "
                + $"{range.Node}, which states where they meet");
        }
        if (ZoneProblem(Architecture, BlockSizeBytes, range) is { } problem)
            throw section.Error("zone", problem);
    }

    /// <summary>Returns why no kernel boots with these blocks in their zone; null if one does.</summary>
    public static string? ZoneProblem(Architecture architecture, long blockSizeBytes, MemoryRange range)
    {
        var type = range.Zones.Lowest;
        var limits = architecture.LimitsOf(type)!;
        var (start, end) = (range.First.Number * blockSizeBytes, (range.First.Number + (long)range.Count) * blockSizeBytes);
        if (limits.Holds(start, end))
            return null;
        var place = start < limits.Start
            ? $"begins at {ByteSize.Format(limits.Start)}"
            : $"ends at {ByteSize.Format(limits.End)}";
        var right = architecture.ZoneTypes.Where(other => architecture.LimitsOf(other)!.Holds(start, end))
            .Select(other => $"\"{other.Name()}\"");
        var crosses = start < limits.End && end > limits.Start;
        return $"{Name(range.First, range.Count)} (0x{start:x} to 0x{end:x}) cannot be in zone {type.Name()}, which {place}; "
            + $"write {string.Join(" or ", right)}{(crosses && range.Count > 1 ? ", or split it there" : "")}";
    }

    /// <summary>Checks the whole map.</summary>
    /// <exception cref="MachineFileException">There is no boot memory, memory overlaps, or zones are out of order.</exception>
    public void Check()
    {
        if (!_memory.Any(row => row.Range.IsBoot))
            throw new MachineFileException(file, 0, "the machine has no boot memory; add a [[memory]]");
        var blocks = _memory.Sum(row => (long)row.Range.Count);
        if (blocks > BlocksMax)
            throw new MachineFileException(file, 0, $"the machine has {blocks} blocks; at most {BlocksMax} are possible");
        CheckOverlap(_memory.ConvertAll(BlocksOf));
        CheckVirtioMemParts();
        CheckOfferedParts();
        CheckDaxParts();
        // Blocks of a virtio-mem device, of the dax bus, or of a DIMM that is only offered, are within its region.
        List<Extent> taken =
        [
            .. _memory.FindAll(row => row.Range is { VirtioMem: null, Dax: null } && OfferedDimm(row.Range) is null).ConvertAll(BlocksOf),
            .. _dimms.FindAll(IsOffered).ConvertAll(Region),
            .. _devices.FindAll(row => row.Device.Address is not null).ConvertAll(Region),
            .. _dax.FindAll(row => row.Region.Address is not null).ConvertAll(Region),
        ];
        CheckOverlap(taken);
        CheckZoneOrder();
        CheckPresentPages();
        CheckDimmParts();
        PlaceDimms(taken);
    }

    private static void CheckOverlap(List<Extent> taken)
    {
        taken.Sort(Extent.ByAddress);
        for (var i = 1; i < taken.Count; i++)
            if (taken[i].First.Number < taken[i - 1].End)
                throw Overlap(taken[i - 1], taken[i]);
    }

    /// <summary>Blames the range that is further down in the file.</summary>
    private static MachineFileException Overlap(Extent one, Extent other)
    {
        var (former, latter) = one.Section.Line <= other.Section.Line ? (one, other) : (other, one);
        return latter.Section.Error(latter.Section.Has("blocks") ? "blocks" : "address",
            $"{latter} and {former} (line {former.Section.Line}) overlap");
    }

    /// <summary>
    /// Checks that a zone has no more pages than its span or its blocks. Up to 4.12 a span can shrink below the blocks of its zone
    /// (docs/kernels.md, "Removing memory").
    /// </summary>
    private void CheckPresentPages()
    {
        foreach (var (zone, section) in _zones.Values)
        {
            var blocks = _memory.Where(row => row.Range.IsIn(zone.Node, zone.Type)).Sum(row => (long)row.Range.Count);
            var max = Math.Max(zone.Span.Length, blocks * PagesPerBlock);
            if (zone.PresentPages > max)
                throw section.Error("present_pages", $"present_pages must be from 0 to {max}, not {zone.PresentPages}");
        }
    }

    /// <summary>
    /// Checks that the zones of a node ascend, as at boot. Only hotplug makes them overlap, which a file states by [[zone]].
    /// </summary>
    private void CheckZoneOrder()
    {
        foreach (var node in _memory.Where(row => row.Range.IsBoot && row.Range.Zones.IsSingle).GroupBy(row => row.Range.Node))
        {
            if (_zones.Keys.Any(key => key.Node == node.Key))
                continue;
            var sorted = node.OrderBy(row => row.Range.First).ToArray();
            for (var i = 1; i < sorted.Length; i++)
            {
                var (lower, upper) = (sorted[i - 1].Range, sorted[i].Range);
                if (upper.Zones.Lowest < lower.Zones.Lowest)
                {
                    throw sorted[i].Section.Error("zone",
                        $"{Name(upper.First, upper.Count)} of zone {upper.Zones.Lowest.Name()} is above {Name(lower.First, lower.Count)} "
                        + $"of zone {lower.Zones.Lowest.Name()} (line {sorted[i - 1].Section.Line}) on node {node.Key}; "
                        + "the zones of a node must ascend");
                }
            }
        }
    }

    /// <summary>Checks that the blocks of each DIMM are contiguous and on one node.</summary>
    private void CheckDimmParts()
    {
        foreach (var dimm in _memory.Where(row => row.Range.Dimm is not null && OfferedDimm(row.Range) is null).GroupBy(row => row.Range.Dimm))
        {
            var parts = dimm.OrderBy(row => row.Range.First).ToArray();
            for (var i = 1; i < parts.Length; i++)
            {
                var (lower, upper) = (parts[i - 1].Range, parts[i].Range);
                if (lower.First.Number + lower.Count != upper.First.Number || lower.Node != upper.Node)
                {
                    throw parts[i].Section.Error("dimm",
                        $"the blocks of DIMM {dimm.Key} are not contiguous on one node; see line {parts[i - 1].Section.Line}");
                }
            }
        }
    }

    private static Extent BlocksOf((MemoryRange Range, Section Section) row) => new(row.Range.First, row.Range.Count, "", row.Section);

    private Extent Region((VirtioMemDefinition Device, Section Section) row) => new(
        new BlockId((int)(row.Device.Address!.Value / BlockSizeBytes)), (int)(row.Device.MaxBytes / BlockSizeBytes),
        $"virtio-mem {row.Device.Id}, ", row.Section);

    private Extent Region((DaxDefinition Region, Section Section) row)
    {
        var (address, size) = (row.Region.Address!.Value, row.Region.SizeBytes);
        var (first, end) = ((int)(address / BlockSizeBytes), (int)((address + size + BlockSizeBytes - 1) / BlockSizeBytes));
        return new Extent(new BlockId(first), end - first, $"dax region {_dax.IndexOf(row)}, ", row.Section);
    }

    /// <summary>Checks that each block of a dax device is a whole block of one of the device's ranges.</summary>
    private void CheckDaxParts()
    {
        foreach (var (range, section) in _memory.Where(row => row.Range.Dax is not null))
        {
            var (start, end) = (range.First.Number * BlockSizeBytes, (range.First.Number + (long)range.Count) * BlockSizeBytes);
            if (!_dax.Exists(row => row.Region.Address <= start && row.Region.Address + row.Region.SizeBytes >= end
                && row.Region.Devices.Any(device => device.NameIn(_dax.IndexOf(row)) == range.Dax) && row.Region.Node == range.Node))
                throw section.Error("dax", $"{Name(range.First, range.Count)} of node {range.Node} is not in the region of a device {range.Dax}");
        }
    }

    /// <summary>True for the DIMMs of logical blocks, of which any part may be there.</summary>
    private static bool IsOffered((DimmDefinition Dimm, Section Section) row) => row.Dimm is { IsAssigned: false, Address: not null };

    private (DimmDefinition Dimm, Section Section)? OfferedDimm(MemoryRange range) =>
        range.Dimm is { } id && _dimms.Find(row => IsOffered(row) && row.Dimm.Id == id) is { Dimm: not null } found ? found : null;

    private Extent Region((DimmDefinition Dimm, Section Section) row)
    {
        var (first, count) = Place(row.Section, row.Dimm.Address!.Value, row.Dimm.SizeBytes);
        return new Extent(first, count, $"DIMM {row.Dimm.Id}, ", row.Section);
    }

    /// <summary>Checks that each block of a DIMM that is only offered is in its region and on its node.</summary>
    private void CheckOfferedParts()
    {
        foreach (var (range, section) in _memory)
        {
            if (OfferedDimm(range) is not { } row)
                continue;
            var region = Region(row);
            if (range.First.Number < region.First.Number || range.First.Number + range.Count > region.End || range.Node != row.Dimm.Node)
                throw section.Error("dimm",
                    $"{Name(range.First, range.Count)} of node {range.Node} is not in DIMM {row.Dimm.Id} (line {row.Section.Line})");
        }
    }

    /// <summary>Checks that each block of a virtio-mem device is in the region and on the node of the device.</summary>
    private void CheckVirtioMemParts()
    {
        foreach (var (range, section) in _memory.Where(row => row.Range.VirtioMem is not null))
        {
            var row = _devices.Find(row => row.Device.Id == range.VirtioMem);
            if (row.Device is not { } device)
                throw section.Error("virtio_mem", $"there is no virtio-mem device {range.VirtioMem}; [[virtio_mem]] adds one");
            if (device.Address is null)
                throw row.Section.Error("id", $"the device {device.Id} has memory (line {section.Line}), so it needs the address of its region");
            var region = Region(row);
            if (range.First.Number < region.First.Number || range.First.Number + range.Count > region.End || range.Node != device.Node)
            {
                throw section.Error("virtio_mem", $"{Name(range.First, range.Count)} of node {range.Node} {(range.Count == 1 ? "is" : "are")} not in "
                    + $"the region of {device.Id}, {Name(region.First, region.Count)} of node {device.Node}");
            }
        }
    }

    /// <summary>Checks the DIMMs in their order, and sets the addresses that the engine will choose.</summary>
    private void PlaceDimms(List<Extent> taken)
    {
        var lineOfId = _memory.Where(row => row.Range.Dimm is not null && OfferedDimm(row.Range) is null)
            .GroupBy(row => row.Range.Dimm!).ToDictionary(group => group.Key, group => group.First().Section.Line);
        var end = taken.Max(extent => extent.End) * BlockSizeBytes;
        var isBootMemory = _memory.Where(row => row.Range.IsBoot).Max(row => row.Range.First.Number + (long)row.Range.Count) * BlockSizeBytes == end;
        for (var i = 0; i < _dimms.Count; i++)
        {
            var (dimm, section) = _dimms[i];
            if (!lineOfId.TryAdd(dimm.Id, section.Line))
                throw section.Error("id", $"duplicate DIMM {dimm.Id}; the first is in line {lineOfId[dimm.Id]}");
            if (IsOffered(_dimms[i]))
                continue;
            var address = dimm.Address ?? PhysicalMemory.AddressAbove(end, isBootMemory, BlockSizeBytes, Architecture.DevicesFrom);
            var (first, count) = Place(section, address, dimm.SizeBytes);
            Take(taken, new Extent(first, count, $"DIMM {dimm.Id}, ", section));
            _dimms[i] = (dimm with { Address = address }, section);
            if (address + dimm.SizeBytes > end)
                (end, isBootMemory) = (address + dimm.SizeBytes, false);
        }
    }

    private static void Take(List<Extent> taken, Extent extent)
    {
        var above = taken.BinarySearch(extent, Extent.ByAddress);
        if (above >= 0)
            throw Overlap(taken[above], extent);
        above = ~above;
        if (above > 0 && taken[above - 1].End > extent.First.Number)
            throw Overlap(taken[above - 1], extent);
        if (above < taken.Count && extent.End > taken[above].First.Number)
            throw Overlap(taken[above], extent);
        taken.Insert(above, extent);
    }

    private static string Name(BlockId first, int count) =>
        count == 1 ? $"block {first.Number}" : $"blocks {first.Number}-{first.Number + count - 1}";

    private sealed record Extent(BlockId First, int Count, string Owner, Section Section)
    {
        public static Comparer<Extent> ByAddress { get; } = Comparer<Extent>.Create((left, right) => left.First.CompareTo(right.First));

        public long End => First.Number + (long)Count;

        public override string ToString() => $"{Owner}{Name(First, Count)}";
    }
}
