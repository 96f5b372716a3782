using HotplugFs.Abi;
using HotplugFs.Engine;
using HotplugFs.Engine.Memory;
using HotplugFs.Machines.Toml;

namespace HotplugFs.Machines.Files;

/// <summary>The physical addresses of a machine file: what lies where, and whether a kernel could have booted on it.</summary>
/// <remarks>
/// No limit on the number of blocks is needed: the smallest block size and the end of the physical addresses leave 2^22 of them.
/// </remarks>
internal sealed class MemoryMap(string file, Architecture architecture, long blockSizeBytes)
{
    private readonly List<(MemoryRange Range, Section Section)> _memory = [];
    private readonly List<(DimmDefinition Dimm, Section Section)> _dimms = [];
    private readonly Dictionary<(int Node, ZoneType Type), (ZoneFigures Figures, Section Section)> _zones = [];

    public Architecture Architecture { get; } = architecture;

    public long BlockSizeBytes { get; } = blockSizeBytes;

    public MemoryRange[] Memory => [.. _memory.Select(row => row.Range)];

    public DimmDefinition[] Dimms => [.. _dimms.Select(row => row.Dimm)];

    public ZoneFigures[] Zones => [.. _zones.Values.Select(row => row.Figures)];

    public void AddZone(Section section, ZoneFigures figures)
    {
        if (!_zones.TryAdd((figures.Node, figures.Type), (figures, section)))
        {
            var first = _zones[(figures.Node, figures.Type)].Section.Line;
            throw section.Error("zone", $"zone {figures.Type.Name()} of node {figures.Node} stands here a second time; the first is in line {first}");
        }
    }

    public void AddMemory(Section section, MemoryRange range)
    {
        if (range.Dimm is null)
            CheckZone(section, range);
        _memory.Add((range, section));
    }

    public void AddDimm(Section section, DimmDefinition dimm) => _dimms.Add((dimm, section));

    /// <summary>A size or an address that is a multiple of the block size.</summary>
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

    /// <summary>The blocks of a run of memory.</summary>
    public (BlockId First, int Count) Place(Section section, long address, long size)
    {
        const long end = PhysicalMemory.AddressEnd;
        if (size > end || address > end - size)
            throw section.Error("address", $"the memory ends above 0x{end:x} ({ByteSize.Format(end)}), where physical addresses end");
        return (new BlockId((int)(address / BlockSizeBytes)), (int)(size / BlockSizeBytes));
    }

    /// <summary>
    /// Boot memory lies in the zone that its address gives; a block may be in several, as in the recordings of machines whose
    /// Movable begins within a block. A block that a running machine moved out of its zone stands where no boot memory could; such a
    /// machine is written with the figures of its zones. Hot-added memory is Normal or Movable at any address (docs/kernels.md, "Adding
    /// memory").
    /// </summary>
    private void CheckZone(Section section, MemoryRange range)
    {
        var hasFigures = _zones.Keys.Any(key => key.Node == range.Node);
        if (hasFigures || range.Zones == default)
            return;
        if (!range.Zones.IsSingle)
        {
            throw section.Error("zone", $"{Name(range.First, range.Count)} in several zones needs a [[zone]] for each zone of node {range.Node}, "
                + "which says where they meet");
        }
        if (ZoneProblem(Architecture, BlockSizeBytes, range) is { } problem)
            throw section.Error("zone", problem);
    }

    /// <summary>Why a kernel would not boot with these blocks in that zone; null if it would.</summary>
    public static string? ZoneProblem(Architecture architecture, long blockSizeBytes, MemoryRange range)
    {
        var type = range.Zones.Lowest;
        var limits = ZoneLimits.Of(architecture, type)!;
        var (start, end) = (range.First.Number * blockSizeBytes, (range.First.Number + (long)range.Count) * blockSizeBytes);
        if (limits.Holds(start, end))
            return null;
        var place = start < limits.Start
            ? $"below {ByteSize.Format(limits.Start)}, where zone {type.Name()} begins"
            : $"beyond {ByteSize.Format(limits.End)}, where zone {type.Name()} ends";
        var right = architecture.ZoneTypes.Where(other => ZoneLimits.Of(architecture, other)!.Holds(start, end))
            .Select(other => $"\"{other.Name()}\"");
        var crosses = start < limits.End && end > limits.Start;
        return $"{Name(range.First, range.Count)} (0x{start:x} to 0x{end:x}) cannot be in zone {type.Name()}: it lies {place}; "
            + $"write {string.Join(" or ", right)}{(crosses && range.Count > 1 ? ", or split it there" : "")}";
    }

    /// <summary>Checks the whole.</summary>
    /// <exception cref="MachineFileException">There is no boot memory, something overlaps, or zones are out of order.</exception>
    public void Check()
    {
        if (!_memory.Any(row => row.Range.Dimm is null))
            throw new MachineFileException(file, 0, "the machine has no memory to boot on; write at least one [[memory]]");
        var taken = new List<Extent>(_memory.Select(row => new Extent(row.Range.First, row.Range.Count, "", row.Section)));
        CheckOverlap(taken);
        CheckZoneOrder();
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

    /// <summary>Of two that overlap, the one further down in the file is at fault.</summary>
    private static MachineFileException Overlap(Extent one, Extent other)
    {
        var (former, latter) = one.Section.Line <= other.Section.Line ? (one, other) : (other, one);
        return latter.Section.Error(latter.Section.Has("blocks") ? "blocks" : "address",
            $"{latter} overlaps {former} of line {former.Section.Line}; each block can be there once");
    }

    /// <summary>At boot the zones of a node ascend. Only hotplug makes them overlap, which a file states by [[zone]].</summary>
    private void CheckZoneOrder()
    {
        foreach (var node in _memory.Where(row => row.Range.Dimm is null && row.Range.Zones.IsSingle).GroupBy(row => row.Range.Node))
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
                        $"{Name(upper.First, upper.Count)} of zone {upper.Zones.Lowest.Name()} lies above {Name(lower.First, lower.Count)} "
                        + $"of zone {lower.Zones.Lowest.Name()} (line {sorted[i - 1].Section.Line}) on node {node.Key}; the zones of a node ascend");
                }
            }
        }
    }

    /// <summary>The parts of a dimm that was there already lie side by side on one node.</summary>
    private void CheckDimmParts()
    {
        foreach (var dimm in _memory.Where(row => row.Range.Dimm is not null).GroupBy(row => row.Range.Dimm))
        {
            var parts = dimm.OrderBy(row => row.Range.First).ToArray();
            for (var i = 1; i < parts.Length; i++)
            {
                var (lower, upper) = (parts[i - 1].Range, parts[i].Range);
                if (lower.First.Number + lower.Count != upper.First.Number || lower.Node != upper.Node)
                {
                    throw parts[i].Section.Error("dimm",
                        $"the parts of dimm {dimm.Key} do not lie side by side on one node; another is in line {parts[i - 1].Section.Line}");
                }
            }
        }
    }

    /// <summary>
    /// Checks the DIMMs one after the other and gives those without an address the one that the engine will choose.
    /// </summary>
    private void PlaceDimms(List<Extent> taken)
    {
        var lineOfId = _memory.Where(row => row.Range.Dimm is not null)
            .GroupBy(row => row.Range.Dimm!).ToDictionary(group => group.Key, group => group.First().Section.Line);
        var end = taken.Max(extent => extent.End) * BlockSizeBytes;
        var isBootMemory = _memory.MaxBy(row => row.Range.First).Range.Dimm is null;
        for (var i = 0; i < _dimms.Count; i++)
        {
            var (dimm, section) = _dimms[i];
            if (!lineOfId.TryAdd(dimm.Id, section.Line))
                throw section.Error("id", $"there are two dimms {dimm.Id}; the first is in line {lineOfId[dimm.Id]}");
            var address = dimm.Address ?? PhysicalMemory.AddressAbove(end, isBootMemory, BlockSizeBytes);
            var (first, count) = Place(section, address, dimm.SizeBytes);
            Take(taken, new Extent(first, count, $"dimm {dimm.Id}, ", section));
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
