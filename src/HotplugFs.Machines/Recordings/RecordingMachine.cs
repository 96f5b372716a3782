using HotplugFs.Kernels;

namespace HotplugFs.Machines.Recordings;

/// <summary>Makes a machine as it was when a recording began.</summary>
public sealed class RecordingMachine
{
    private const int CpuMax = 8191;

    private readonly RecordingHeader _header;
    private readonly Kernel _kernel;
    private readonly long _blockSizeBytes;
    private readonly List<RecordedDimm> _dimms;
    private readonly ZoneFigures[] _zones;
    private readonly BlockHoles _holes;

    private RecordingMachine(RecordingHeader header, Kernel kernel)
    {
        _header = header;
        _kernel = kernel;
        _blockSizeBytes = RecordingRanges.BlockSize(header.BlockSizeBytes);
        _dimms = header.MachineDef?.Dimms ?? header.Dimms ?? [];
        CheckRanges();
        _zones = [.. Zones()];
        _holes = new BlockHoles(header, _zones, _blockSizeBytes);
    }

    /// <summary>Makes the machine that a header describes.</summary>
    /// <param name="file">The file's name: for messages, and as the machine's name.</param>
    /// <param name="kernelName">The kernel to simulate instead of the recorded one, which need not be in the catalogue then.</param>
    /// <exception cref="MachineFileException">The header contradicts itself, or the catalogue does not have its kernel.</exception>
    public static NamedMachine Make(string file, RecordingHeader header, string? kernelName = null)
    {
        // How it was built follows its version: 4.9-mny.
        var name = kernelName ?? (header.Kernel is [>= '0' and <= '9', ..] ? header.Kernel.Split('-')[0] : header.Kernel);
        if (KernelCatalogue.Find(name) is not { } kernel)
            throw new MachineFileException(file, 1, $"{KernelCatalogue.Unknown(name)}; --kernel selects another");
        if (header.Format != RecordingHeader.KnownFormat)
            throw new MachineFileException(file, 1, $"unknown format {header.Format} (known: {RecordingHeader.KnownFormat})");
        if (header.Blocks.Count == 0)
            throw new MachineFileException(file, 1, "the first line has no blocks; a machine needs at least one");
        try
        {
            return new NamedMachine(Path.GetFileNameWithoutExtension(file), new RecordingMachine(header, kernel).Define(), kernel.SelectedName);
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

    private MachineDefinition Define() => new()
    {
        Architecture = _header.Architecture switch
        {
            null => Architecture.X86_64,
            "i386" => Architecture.I386,
            var other => throw new FormatException($"unknown architecture \"{other}\" (known: i386)"),
        },
        BlockSizeBytes = _blockSizeBytes,
        MovableNode = _header.Kernel.EndsWith("-mny", StringComparison.Ordinal)
            || (!_header.Kernel.Contains('-', StringComparison.Ordinal) && Words(_header.Append).Contains("movable_node")),
        Config = _header.Config ?? new KernelConfig
        {
            MemmapOnMemory = _header.MemoryHotplug?.MemmapOnMemory switch
            {
                "Y" => MemmapOnMemory.Yes,
                "force" => MemmapOnMemory.Force,
                _ => MemmapOnMemory.No,
            },
            PowerManagement = _header.PowerManagement ?? true,
            MemoryFailure = _header.MemoryFailure ?? true,
        },
        Nodes = [.. ParseList("nodes.possible", PossibleNodes, NodeDefinition.MaxNumber).Select(Node)],
        Memory = Memory(),
        Zones = _zones,
        OnlinePolicy = OnlinePolicy(),
        AutoOnline = AutoOnline(_header.AutoOnlineBlocks),
    };

    private static OnlineType AutoOnline(string word) =>
        word.Length == 0 ? OnlineType.Offline : Find(word, StateWords.AllRequests, StateWords.Word);

    private OnlinePolicySettings OnlinePolicy() => _header.MemoryHotplug is not { OnlinePolicy: { } policy } parameters ? new() : new()
    {
        Kind = Find(policy, Enum.GetValues<OnlinePolicyKind>(), kind => OnlinePolicySettings.Words[(int)kind]),
        RatioPercent = parameters.AutoMovableRatio is { } ratio
            ? uint.Parse(ratio, CultureInfo.InvariantCulture)
            : OnlinePolicySettings.DefaultRatioPercent,
        IsNumaAware = parameters.AutoMovableNumaAware == "Y",
    };

    private NodeDefinition Node(int number, int index)
    {
        var cpus = _header.Cpus is { } lists ? lists.GetValueOrDefault(number)
            : _header.MachineDef is { } definition ? definition.Cpus?.ElementAtOrDefault(index)
            : OneCpu(number);
        var distances = _header.Distances?.GetValueOrDefault(number);
        return new NodeDefinition(number, ParseList($"cpus of node {number}", IsText(cpus) ? cpus : "", CpuMax))
        {
            Span = _header.Zones.GetValueOrDefault(number)?.GetValueOrDefault("node") is { } node ? SpanOf(node) : null,
            MemmapPages = _header.Zones.GetValueOrDefault(number)?.GetValueOrDefault("node") is { } whole
                ? whole.Present - _header.Zones[number].Where(zone => zone.Key != "node").Sum(zone => zone.Value.Present)
                : 0,
            Distances = IsText(distances) ? [.. Words(distances).Select(Number)] : [],
        };
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
        _blockSizeBytes / PhysicalMemory.PageSizeBytes * _header.Blocks.Keys.Count(number =>
            _header.Blocks[number] is { IsOnline: true } block && Number(block.Node) == node
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
        var (node, dimm) = (Number(block.Node), DimmOf(number));
        if (!block.IsOnline && !_kernel.Rules.Zones.OfflineBlocksHaveZone)
            return new MemoryRange(new BlockId(number), 1, node, default) { State = MemoryBlockState.Offline, Dimm = dimm };
        return new MemoryRange(new BlockId(number), 1, node, ZonesOf(number, node, block.ValidZones))
        {
            State = block.IsOnline ? MemoryBlockState.Online : MemoryBlockState.Offline,
            KernelPages = block.Removable == "0",
            HolePages = _holes.PagesOf(number),
            EndsInHole = _holes.IncludeEndOf(number),
            Dimm = dimm,
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

    private static T Find<T>(string word, IEnumerable<T> values, Func<T, string> wordOf) =>
        values.Any(value => wordOf(value) == word)
            ? values.First(value => wordOf(value) == word)
            : throw new FormatException($"unknown word \"{word}\" (known: {string.Join(", ", values.Select(wordOf))})");

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static List<int> ParseList(string name, string list, int max)
    {
        var numbers = new List<int>();
        foreach (var part in list.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            var ends = part.Split('-').Select(Number).ToArray();
            RecordingRanges.Check(name, ends[0], 0, max);
            RecordingRanges.Check(name, ends[^1], ends[0], max);
            numbers.AddRange(Enumerable.Range(ends[0], ends[^1] - ends[0] + 1));
        }
        return numbers;
    }
}
