using System.Globalization;
using HotplugFs.Engine;
using HotplugFs.Engine.Memory;
using HotplugFs.Kernels;

namespace HotplugFs.Machines.Recordings;

/// <summary>Makes a machine as it was when a recording began.</summary>
public sealed class RecordingMachine
{
    private readonly RecordingHeader _header;
    private readonly Kernel _kernel;
    private readonly long _blockSizeBytes;
    private readonly DimmBlocks[] _dimms;
    private readonly ZoneFigures[] _zones;
    private readonly BlockHoles _holes;

    private RecordingMachine(RecordingHeader header, Kernel kernel)
    {
        _header = header;
        _kernel = kernel;
        _blockSizeBytes = long.Parse(header.BlockSizeBytes, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        _dimms = [.. (header.MachineDef?.Dimms ?? header.Dimms ?? []).Select(dimm => new DimmBlocks(dimm, _blockSizeBytes))];
        _zones = [.. Zones()];
        _holes = new BlockHoles(header, _zones, _blockSizeBytes);
    }

    /// <summary>Makes the machine that a header describes.</summary>
    /// <param name="file">The file's name: for messages, and as the machine's name.</param>
    /// <exception cref="MachineFileException">The header contradicts itself, or the catalogue does not have its kernel.</exception>
    public static NamedMachine Make(string file, RecordingHeader header)
    {
        var name = header.Kernel.Split('-')[0];
        if (KernelCatalogue.Find(name) is not { } kernel)
        {
            var known = string.Join(", ", KernelCatalogue.All.Select(kernel => kernel.Name));
            throw new MachineFileException(file, 1, $"unknown kernel \"{header.Kernel}\" (known: {known})");
        }
        if (header.Blocks.Count == 0)
            throw new MachineFileException(file, 1, "the first line has no blocks; a machine needs at least one");
        try
        {
            return new NamedMachine(Path.GetFileNameWithoutExtension(file), new RecordingMachine(header, kernel).Define(), name);
        }
        catch (Exception error) when (error is FormatException or ArithmeticException or ArgumentException)
        {
            throw new MachineFileException(file, 1, $"the first line does not describe a machine: {error.Message}");
        }
    }

    private string PossibleNodes =>
        _header.Nodes.GetValueOrDefault("possible") ?? throw new FormatException("\"nodes.possible\" is missing");

    private MachineDefinition Define() => new()
    {
        BlockSizeBytes = _blockSizeBytes,
        MovableNode = _header.Kernel.EndsWith("-mny", StringComparison.Ordinal)
            || (!_header.Kernel.Contains('-', StringComparison.Ordinal) && Words(_header.Append).Contains("movable_node")),
        Config = new KernelConfig
        {
            MemmapOnMemory = _header.MemoryHotplug?.MemmapOnMemory == "Y",
            PowerManagement = _header.PowerManagement != false,
            MemoryFailure = _header.MemoryFailure != false,
        },
        Nodes = [.. ParseList(PossibleNodes).Select(Node)],
        Memory = Memory(),
        Zones = _zones,
        OnlinePolicy = OnlinePolicy(),
        AutoOnline = AutoOnline(_header.AutoOnlineBlocks),
    };

    private static OnlineType AutoOnline(string word) =>
        word.Length == 0 ? OnlineType.Offline : Find(word, StateWords.AllRequests, StateWords.Word);

    private OnlinePolicySettings OnlinePolicy() => _header.MemoryHotplug is not { } parameters ? new() : new()
    {
        Kind = Find(parameters.OnlinePolicy, Enum.GetValues<OnlinePolicyKind>(), kind => OnlinePolicySettings.Words[(int)kind]),
        RatioPercent = uint.Parse(parameters.AutoMovableRatio, CultureInfo.InvariantCulture),
        IsNumaAware = parameters.AutoMovableNumaAware == "Y",
    };

    private NodeDefinition Node(int number, int index)
    {
        var cpus = _header.Cpus is { } lists ? lists.GetValueOrDefault(number) : _header.MachineDef?.Cpus?.ElementAtOrDefault(index);
        var distances = _header.Distances?.GetValueOrDefault(number);
        return new NodeDefinition(number, ParseList(IsText(cpus) ? cpus : ""))
        {
            Span = _header.Zones.GetValueOrDefault(number)?.GetValueOrDefault("node") is { } node ? SpanOf(node) : null,
            Distances = IsText(distances) ? [.. Words(distances).Select(Number)] : [],
        };
    }

    private IEnumerable<ZoneFigures> Zones() =>
        from node in _header.Zones
        from zone in node.Value
        where zone.Key != "node"
        let type = ZoneNames.TryParse(zone.Key, out var type) ? type : throw new FormatException($"unknown zone \"{zone.Key}\"")
        let managed = zone.Value.Managed ?? throw new FormatException($"\"managed\" of zone {zone.Key} is missing")
        select new ZoneFigures(node.Key, type, SpanOf(zone.Value), zone.Value.Present, managed, zone.Value.Init != 0)
        {
            PresentBootPages = zone.Value.Present - DimmPages(node.Key, zone.Key),
        };

    /// <summary>Returns how many pages of a zone are online and belong to DIMMs.</summary>
    private long DimmPages(int node, string zone) =>
        _blockSizeBytes / PhysicalMemory.PageSizeBytes * _header.Blocks.Count(block =>
            block.Value.IsOnline && Number(block.Value.Node) == node && Words(block.Value.ValidZones).FirstOrDefault() == zone
            && _dimms.Any(dimm => dimm.Has(block.Key)));

    /// <summary>The blocks, boot memory first. The blocks of a DIMM are one range if they are alike, as after boot.</summary>
    private MemoryRange[] Memory()
    {
        var blocks = _header.Blocks.OrderBy(block => block.Key).Select(block => Block(block.Key, block.Value)).ToArray();
        var boot = blocks.Where(block => !_dimms.Any(dimm => dimm.Has(block.First.Number)));
        return [.. boot, .. _dimms.SelectMany(dimm => Merge(dimm.Id, [.. blocks.Where(block => dimm.Has(block.First.Number))]))];
    }

    private static IEnumerable<MemoryRange> Merge(string dimm, MemoryRange[] blocks) =>
        blocks.Length == 0 || blocks.Any(block => block with { First = blocks[0].First } != blocks[0])
            ? blocks.Select(block => block with { Dimm = dimm })
            : [blocks[0] with { Count = blocks.Length, Dimm = dimm }];

    private MemoryRange Block(int number, RecordedBlock block)
    {
        var node = Number(block.Node);
        if (!block.IsOnline && !_kernel.Rules.Zones.OfflineBlocksHaveZone)
            return new MemoryRange(new BlockId(number), 1, node, default) { State = MemoryBlockState.Offline };
        return new MemoryRange(new BlockId(number), 1, node, ZonesOf(number, node, block.ValidZones))
        {
            State = block.IsOnline ? MemoryBlockState.Online : MemoryBlockState.Offline,
            KernelPages = block.Removable == "0",
            HolePages = _holes.PagesOf(number),
            EndsInHole = _holes.IncludeEndOf(number),
        };
    }

    /// <summary>The first zone of <c>valid_zones</c> is the block's own. Where the kernel names none, the block straddles several zones.</summary>
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

    private static int[] ParseList(string list) =>
    [
        .. list.Split(',', StringSplitOptions.RemoveEmptyEntries)
            .Select(part => part.Split('-').Select(Number).ToArray())
            .SelectMany(ends => Enumerable.Range(ends[0], ends[^1] - ends[0] + 1)),
    ];

    private sealed record DimmBlocks(string Id, long First, long End)
    {
        public DimmBlocks(RecordedDimm dimm, long blockSizeBytes)
            : this(dimm.Id, dimm.Addr / blockSizeBytes, (dimm.Addr + dimm.Size) / blockSizeBytes)
        {
        }

        public bool Has(int block) => block >= First && block < End;
    }
}
