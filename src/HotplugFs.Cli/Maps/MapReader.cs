using HotplugFs.Engine.Memory;

namespace HotplugFs.Cli.Maps;

/// <summary>
/// Reads what a map shows. <c>hotplugfs/blocks</c> has all blocks in one read; where it is missing, as on the computer itself, the files of
/// each block have what every kernel shows.
/// </summary>
internal sealed class MapReader
{
    private const string Prefix = "memory";

    private static readonly string[] MemoryPlaces = ["sys/devices/system/memory", ""];

    private readonly IMachineFiles _files;
    private readonly string _memory;
    private readonly long _blockSize;

    /// <exception cref="CommandException">There are no memory blocks.</exception>
    private MapReader(string name, IMachineFiles files)
    {
        _files = files;
        _memory = MemoryPlaces.FirstOrDefault(place => files.Read(Path.Combine(place, "block_size_bytes")) is not null)
            ?? throw new CommandException($"{name}: no machine is mounted there, or a subtree without memory blocks");
        _blockSize = long.Parse(files.Read(Path.Combine(_memory, "block_size_bytes"))!.Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    }

    /// <summary>Reads a machine.</summary>
    /// <param name="name">What the map is called.</param>
    /// <exception cref="CommandException">There are no memory blocks.</exception>
    public static MachineMap Read(string name, IMachineFiles files)
    {
        var reader = new MapReader(name, files);
        var runs = files.Read("hotplugfs/blocks") is { } text ? ReadRuns(text) : reader.ReadBlocks();
        var nodes = runs.GroupBy(run => run.Node).ToDictionary(group => group.Key, group => group.ToList());
        foreach (var number in reader.NodesWithDirectories())
            nodes.TryAdd(number, []);
        var kernel = files.Read("hotplugfs/kernel") ?? files.Read("proc/sys/kernel/osrelease") ?? "unknown";
        return new MachineMap(name, kernel.Trim(), reader._blockSize,
            [.. nodes.OrderBy(node => node.Key).Select(node => new MapNode(node.Key, reader.CpusOf(node.Key), node.Value))]);
    }

    private IEnumerable<int> NodesWithDirectories() =>
        _files.List("sys/devices/system/node").Select(name => NumberAfter("node", name)).OfType<int>();

    private string CpusOf(int node) => _files.Read($"sys/devices/system/node/node{node}/cpulist")?.Trim() ?? "";

    /// <summary>Reads the lines of <c>hotplugfs/blocks</c>.</summary>
    private static List<BlockRun> ReadRuns(string text)
    {
        List<BlockRun> runs = [];
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var values = line.Split(' ').Select(word => word.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
            var range = values["blocks"].Split('-');
            var first = Number(range[0]);
            runs.Add(new BlockRun(first, Number(range[^1]) - first + 1, Number(values["node"]), StateOf(values["state"]))
            {
                Zones = Zones(values["zone"], ',').Aggregate(default(ZoneSet), (set, zone) => set.With(zone)),
                ValidZones = Zones(values["valid_zones"], ','),
                Pages = Number(values["pages"]),
                Used = values.TryGetValue("used", out var used) ? [.. used.Split(',').Select(ReadUse)] : [],
                HasKernelPages = values.ContainsKey("kernel_pages"),
                Holes = Number(values.GetValueOrDefault("holes", "0")),
                Dimm = values.GetValueOrDefault("dimm"),
                VirtioMem = values.GetValueOrDefault("virtio_mem"),
            });
        }
        return runs;
    }

    private static (PageKind Kind, long Pages) ReadUse(string word)
    {
        var pair = word.Split(':');
        return ((PageKind)PageKinds.Names.ToList().IndexOf(pair[0]), Number(pair[1]));
    }

    /// <summary>Reads the files of each block. Consecutive blocks that are alike become one run.</summary>
    private List<BlockRun> ReadBlocks()
    {
        List<BlockRun> runs = [];
        foreach (var number in _files.List(_memory).Select(name => NumberAfter(Prefix, name)).OfType<int>().Order())
        {
            if (ReadBlock(number) is not { } next)
                continue;
            if (runs.Count > 0 && runs[^1] is var run && run.Last + 1 == number && run.Node == next.Node && run.State == next.State
                && run.ValidZones.SequenceEqual(next.ValidZones))
                runs[^1] = run with { Count = run.Count + 1 };
            else
                runs.Add(next);
        }
        return runs;
    }

    private BlockRun? ReadBlock(int number)
    {
        var directory = Path.Combine(_memory, $"{Prefix}{number}");
        if (_files.Read($"{directory}/state")?.Trim() is not { } state)
            return null;
        var zones = Zones(_files.Read($"{directory}/valid_zones")?.Trim() ?? "", ' ');
        var node = _files.List(directory).Select(name => NumberAfter("node", name)).OfType<int>().FirstOrDefault();
        return new BlockRun(number, 1, node, StateOf(state))
        {
            // An online block is in the first zone of the list.
            Zones = StateOf(state) != MemoryBlockState.Offline && zones.Length > 0 ? zones[0] : default,
            ValidZones = zones,
            Pages = _blockSize / PageSize.Usual,
        };
    }

    private static MemoryBlockState StateOf(string word) =>
        Enum.GetValues<MemoryBlockState>().FirstOrDefault(state => state.Word() == word, MemoryBlockState.Offline);

    private static ZoneType[] Zones(string list, char separator) =>
        [.. list.Split(separator).Select(name => ZoneNames.TryParse(name, out var zone) ? zone : (ZoneType?)null).OfType<ZoneType>()];

    private static int Number(string text) => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);

    private static int? NumberAfter(string prefix, string name) =>
        name.StartsWith(prefix, StringComparison.Ordinal)
            && int.TryParse(name.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;
}
