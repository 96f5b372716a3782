using HotplugFs.Kernels;

namespace HotplugFs.Machines.Recordings;

/// <summary>Makes a machine as it was when a recording began.</summary>
public sealed class RecordingMachine
{
    private const int CpuMax = 8191;

    /// <summary>The distance between two nodes if the firmware states none.</summary>
    private const int UsualDistance = 20;

    private readonly RecordingHeader _header;
    private readonly Kernel _kernel;
    private readonly RecordedKernel _recorded;
    private readonly Architecture _architecture;
    private readonly int _pageSizeBytes;
    private readonly long _blockSizeBytes;
    private readonly List<RecordedDimm> _dimms;
    private readonly ZoneFigures[] _zones;
    private readonly BlockHoles _holes;

    private RecordingMachine(RecordingHeader header, RecordedKernel recorded, Architecture architecture, Kernel kernel)
    {
        _header = header;
        _kernel = kernel;
        _recorded = recorded;
        _architecture = architecture;
        _blockSizeBytes = RecordingRanges.BlockSize(header.BlockSizeBytes);
        _pageSizeBytes = PageSizeOf(header, architecture, _blockSizeBytes);
        _dimms = header.MachineDef?.Dimms ?? header.Dimms ?? [];
        CheckRanges();
        _zones = [.. Zones()];
        _holes = new BlockHoles(header, _zones, _blockSizeBytes, _pageSizeBytes);
    }

    /// <summary>Makes the machine that a header describes.</summary>
    /// <param name="file">The file's name: for messages, and as the machine's name.</param>
    /// <param name="kernelName">The kernel to simulate instead of the recorded one, which need not be in the catalogue then.</param>
    /// <exception cref="MachineFileException">The header contradicts itself, or the catalogue does not have its kernel.</exception>
    public static NamedMachine Make(string file, RecordingHeader header, string? kernelName = null)
    {
        var recorded = RecordedKernel.Parse(header.Kernel);
        var architectureName = header.Architecture ?? recorded.Architecture?.Name ?? Architecture.X86_64.Name;
        if (Architecture.Find(architectureName) is not { } architecture)
        {
            throw new MachineFileException(file, 1, $"the first line does not describe a machine: unknown architecture \"{architectureName}\" "
                + $"(known: {string.Join(", ", Architecture.All.Select(known => known.Name))})");
        }
        var name = kernelName ?? recorded.Version;
        if (KernelCatalogue.Find(name, architecture) is not { } kernel)
            throw new MachineFileException(file, 1, $"{KernelCatalogue.Unknown(name)}; --kernel selects another");
        if (header.Format != RecordingHeader.KnownFormat)
            throw new MachineFileException(file, 1, $"unknown format {header.Format} (known: {RecordingHeader.KnownFormat})");
        if (header.Blocks.Count == 0)
            throw new MachineFileException(file, 1, "the first line has no blocks; a machine needs at least one");
        try
        {
            return new NamedMachine(
                Path.GetFileNameWithoutExtension(file), new RecordingMachine(header, recorded, architecture, kernel).Define(), kernel.SelectedName);
        }
        catch (Exception error) when (error is FormatException or ArithmeticException or ArgumentException)
        {
            throw new MachineFileException(file, 1, $"the first line does not describe a machine: {error.Message}");
        }
    }

    private void CheckRanges()
    {
        new RecordingRanges(_blockSizeBytes).CheckBlocks(_header.Blocks.Keys);
        foreach (var (node, zones) in _header.Zones)
        {
            RecordingRanges.CheckNode(node);
            foreach (var (name, zone) in zones)
                RecordingRanges.CheckZone($"{node}/{name}", zone);
        }
        foreach (var dimm in _dimms)
        {
            RecordingRanges.CheckNode(dimm.Node);
            RecordingRanges.CheckBytes($"addr of DIMM {dimm.Id}", dimm.Addr);
            RecordingRanges.CheckBytes($"size of DIMM {dimm.Id}", dimm.Size);
            if (!DimmDefinition.IsId(dimm.Id))
                throw new FormatException($"invalid DIMM name \"{dimm.Id}\" (allowed: {DimmDefinition.IdForm})");
        }
    }

    private string PossibleNodes =>
        _header.Nodes.GetValueOrDefault("possible") ?? throw new FormatException("\"nodes.possible\" is missing");

    /// <summary>
    /// Returns the size of pages. Where the architecture has several, it is the greatest for which the blocks have room for their pages.
    /// </summary>
    private static int PageSizeOf(RecordingHeader header, Architecture architecture, long blockSizeBytes)
    {
        if (header.PageSize is { } stated)
        {
            return architecture.PageSizes.Any(size => size.Bytes == stated)
                ? stated
                : throw new FormatException(
                    $"page_size {stated} is not one of {string.Join(", ", architecture.PageSizes.Select(size => size.Bytes))}");
        }
        var pages = header.Zones.Values.SelectMany(zones => zones).Where(zone => zone.Key != "node").Sum(zone => zone.Value.Present);
        var bytes = header.Blocks.Values.Count(block => block.IsOnline) * blockSizeBytes;
        var possible = architecture.PageSizes.Select(size => size.Bytes).Where(size => pages * size <= bytes).ToArray();
        return pages == 0 || possible.Length == 0 ? architecture.PageSizes[0].Bytes : possible.Max();
    }

    private MachineDefinition Define() => RecordedDevices.Complete(DefineMemory(), _header, _kernel.Rules);

    private MachineDefinition DefineMemory() => new()
    {
        Architecture = _architecture,
        PageSizeBytes = _pageSizeBytes,
        BlockSizeBytes = _blockSizeBytes,
        PhysDeviceBytes = PhysDeviceBytes(),
        MovableNode = _recorded.NamesMovableNode ? _recorded.Build == "mny" : Words(_header.Append).Contains("movable_node"),
        Config = _header.Config ?? _architecture.ConfigFor(_pageSizeBytes) with
        {
            Numa = IsText(PossibleNodes),
            MemmapOnMemory = _header.MemoryHotplug?.MemmapOnMemory switch
            {
                "Y" => MemmapOnMemory.Yes,
                "force" => MemmapOnMemory.Force,
                null or "!ENOENT" when _header.MemoryHotplug is not null => MemmapOnMemory.Absent,
                _ => MemmapOnMemory.No,
            },
            PowerManagement = _header.PowerManagement ?? _architecture.Config.PowerManagement,
            MemoryFailure = _header.MemoryFailure ?? _architecture.Config.MemoryFailure,
        },
        Nodes = [.. (IsText(PossibleNodes) ? ParseList("nodes.possible", PossibleNodes, NodeDefinition.MaxNumber) : [0]).Select(Node)],
        Memory = Memory(),
        Zones = _zones,
        OnlinePolicy = OnlinePolicy(),
        // Recordings were made in an emulator, which does.
        OffersBlocksOnce = _architecture.Hotplug == HotplugMethod.LogicalBlocks,
        AutoOnline = AutoOnline(_header.AutoOnlineBlocks),
    };

    /// <summary>Returns the unit of memory that <c>phys_device</c> counts; 0 if it is 0 for all blocks.</summary>
    private long PhysDeviceBytes() => _header.Blocks
        .Where(block => IsText(block.Value.PhysDevice) && block.Value.PhysDevice != "0")
        .Select(block => block.Key * _blockSizeBytes / Number(block.Value.PhysDevice!))
        .FirstOrDefault();

    private static OnlineType AutoOnline(string word) =>
        word.Length == 0 ? OnlineType.Offline : RecordedWord.Find(word, StateWords.AllRequests, StateWords.Word);

    private OnlinePolicySettings OnlinePolicy() => _header.MemoryHotplug is not { OnlinePolicy: { } policy } parameters ? new() : new()
    {
        Kind = RecordedWord.Find(policy, Enum.GetValues<OnlinePolicyKind>(), kind => OnlinePolicySettings.Words[(int)kind]),
        RatioPercent = parameters.AutoMovableRatio is { } ratio
            ? uint.Parse(ratio, CultureInfo.InvariantCulture)
            : OnlinePolicySettings.DefaultRatioPercent,
        IsNumaAware = parameters.AutoMovableNumaAware == "Y",
    };

    private NodeDefinition Node(int number, int index)
    {
        var online = _header.Nodes.GetValueOrDefault("online");
        var cpus = _header.Cpus is { } lists ? lists.GetValueOrDefault(number)
            : _header.MachineDef is { } definition ? definition.Cpus?.ElementAtOrDefault(index)
            : OneCpu(number);
        var distances = _header.Distances?.GetValueOrDefault(number);
        return new NodeDefinition(number, ParseList($"cpus of node {number}", IsText(cpus) ? cpus : "", CpuMax))
        {
            IsOnline = IsText(online) ? ParseList("nodes.online", online, NodeDefinition.MaxNumber).Contains(number) : null,
            Span = _header.Zones.GetValueOrDefault(number)?.GetValueOrDefault("node") is { } node ? SpanOf(node) : null,
            MemmapPages = _header.Zones.GetValueOrDefault(number)?.GetValueOrDefault("node") is { } whole
                ? whole.Present - _header.Zones[number].Where(zone => zone.Key != "node").Sum(zone => zone.Value.Present)
                : 0,
            Distances = IsText(distances) ? Distances([.. Words(distances).Select(Number)]) : [],
        };
    }

    /// <summary>Returns the distances to all nodes: the kernel's text has only those to online nodes. Another node has the usual distance.</summary>
    private int[] Distances(int[] stated)
    {
        var online = _header.Nodes.GetValueOrDefault("online");
        var nodes = IsText(online) ? ParseList("nodes.online", online, NodeDefinition.MaxNumber) : [];
        var all = ParseList("nodes.possible", PossibleNodes, NodeDefinition.MaxNumber);
        return stated.Length == nodes.Count && nodes.Count < all.Count
            ? [.. all.Select(node => nodes.IndexOf(node) is >= 0 and var index ? stated[index] : UsualDistance)]
            : stated;
    }

    /// <summary>Recordings without lists of CPUs were made on machines with one CPU for each node that has any.</summary>
    private string? OneCpu(int node)
    {
        var list = _header.Nodes.GetValueOrDefault("has_cpu");
        var nodes = IsText(list) ? ParseList("nodes.has_cpu", list, NodeDefinition.MaxNumber) : [];
        return nodes.Contains(node) ? $"{nodes.Count(other => other < node)}" : null;
    }

    private IEnumerable<ZoneFigures> Zones()
    {
        foreach (var (node, zones) in _header.Zones)
            foreach (var (name, zone) in zones)
                if (name != "node")
                    yield return Zone(node, name, zone);
    }

    private ZoneFigures Zone(int node, string name, RecordedZone zone)
    {
        if (!ZoneNames.TryParse(name, out var type))
            throw new FormatException($"unknown zone \"{name}\"");
        var managed = zone.Managed ?? throw new FormatException($"\"managed\" of zone {name} is missing");
        return new ZoneFigures(node, type, SpanOf(zone), zone.Present, managed, zone.Init != 0)
        {
            PresentBootPages = zone.Present - DimmPages(node, name),
        };
    }

    /// <summary>Returns how many pages of a zone are online and belong to DIMMs.</summary>
    private long DimmPages(int node, string zone) =>
        _blockSizeBytes / _pageSizeBytes * _header.Blocks.Keys.Count(number =>
            _header.Blocks[number] is { IsOnline: true } block && block.NodeNumber == node
            && Words(block.ValidZones).FirstOrDefault() == zone && DimmOf(number) is not null);

    /// <summary>Returns the name of the DIMM that a block belongs to; null for boot memory.</summary>
    private string? DimmOf(int block) => _dimms.Find(dimm =>
        block >= dimm.Addr / _blockSizeBytes && block < (dimm.Addr + dimm.Size) / _blockSizeBytes)?.Id;

    /// <summary>The blocks, boot memory first. The blocks of a DIMM are one range if they are alike, as after boot.</summary>
    private MemoryRange[] Memory()
    {
        MemoryRange[] blocks = [.. _header.Blocks.Keys.Order().Select(Block)];
        var ranges = new List<MemoryRange>(blocks.Where(block => block.Dimm is null));
        foreach (var dimm in _dimms)
            ranges.AddRange(Merge([.. blocks.Where(block => block.Dimm == dimm.Id)]));
        return [.. ranges];
    }

    private static IEnumerable<MemoryRange> Merge(MemoryRange[] blocks) =>
        blocks.Length == 0 || blocks.Any(block => block with { First = blocks[0].First } != blocks[0])
            ? blocks
            : [blocks[0] with { Count = blocks.Length }];

    private MemoryRange Block(int number)
    {
        var block = _header.Blocks[number];
        if (block.OtherNodes.Count > 0)
            return SharedBlock(number);
        var (node, dimm) = (block.NodeNumber, DimmOf(number));
        if (!block.IsOnline && !_kernel.Rules.Zones.OfflineBlocksHaveZone)
            return new MemoryRange(new BlockId(number), 1, node, default) { State = MemoryBlockState.Offline, Dimm = dimm };
        return new MemoryRange(new BlockId(number), 1, node, ZonesOf(number, node, block.ValidZones))
        {
            State = block.IsOnline ? MemoryBlockState.Online : MemoryBlockState.Offline,
            KernelPages = block.Removable == "0" || _header.KernelBlocks?.Contains(number) == true,
            HolePages = _holes.PagesOf(number) is > 0 and var pages ? pages : _header.HoleBlocks?.Contains(number) == true ? 1 : 0,
            EndsInHole = _holes.IncludeEndOf(number),
            Dimm = dimm,
        };
    }

    private int PagesPerPageblock =>
        1 << _architecture.PageSizeOf(_pageSizeBytes).PageblockOrder((_header.Config ?? _architecture.ConfigFor(_pageSizeBytes)).HugePageSizes);

    /// <summary>A block on several nodes is boot memory without holes, and always online.</summary>
    private MemoryRange SharedBlock(int number)
    {
        var parts = new BlockNodes(_header, _architecture, _zones, _blockSizeBytes, _pageSizeBytes, PagesPerPageblock).Of(number);
        return new MemoryRange(new BlockId(number), 1, parts[0].Node, parts[0].Zone)
        {
            KernelPages = _header.Blocks[number].Removable == "0",
            OtherNodes = parts[1..],
        };
    }

    /// <summary>
    /// The first zone of <c>valid_zones</c> is the block's own. Where the kernel names none, the block straddles several zones.
    /// </summary>
    private ZoneSet ZonesOf(int block, int node, string validZones)
    {
        if (ZoneNames.TryParse(Words(validZones).FirstOrDefault(""), out var zone))
            return zone;
        return _zones.Where(figures => figures.Node == node && _holes.Overlap(figures.Span, block) > 0)
            .Aggregate(new ZoneSet(0), (set, figures) => set.With(figures.Type));
    }

    private static PfnRange SpanOf(RecordedZone zone) => new(zone.StartPfn, zone.StartPfn + zone.Spanned);

    private static bool IsText([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] string? text) =>
        text is not null && !text.StartsWith('!');

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static List<int> ParseList(string name, string list, int max)
    {
        var numbers = new SortedSet<int>();
        foreach (var part in list.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            var ends = part.Split('-').Select(Number).ToArray();
            RecordingRanges.Check(name, ends[0], 0, max);
            RecordingRanges.Check(name, ends[^1], ends[0], max);
            numbers.UnionWith(Enumerable.Range(ends[0], ends[^1] - ends[0] + 1));
        }
        return [.. numbers];
    }
}
