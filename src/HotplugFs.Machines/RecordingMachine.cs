using System.Globalization;
using System.Text.Json;
using HotplugFs.Engine;
using HotplugFs.Kernels;
using HotplugFs.Engine.Memory;

namespace HotplugFs.Machines;

/// <summary>
/// The machine that a recording of a real kernel began with: the first line of a <c>*.jsonl</c> trace.
/// </summary>
public static class RecordingMachine
{
    private const long PageSizeBytes = PhysicalMemory.PageSizeBytes;

    /// <summary>Reads the first line of a recording.</summary>
    /// <param name="file">The file's name, for messages.</param>
    /// <param name="line">The line.</param>
    /// <returns>The machine as it was when the recording began.</returns>
    /// <exception cref="MachineFileException">The line is not the header of a recording, or its kernel is not in the catalogue.</exception>
    public static MachineDescription Parse(string file, string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            return new Header(file, document.RootElement).Read();
        }
        catch (JsonException error)
        {
            throw new MachineFileException(file, 1, $"the first line of a recording must be a JSON object that describes the machine: {error.Message}");
        }
        catch (Exception error) when (error is KeyNotFoundException or InvalidOperationException or FormatException or OverflowException)
        {
            throw new MachineFileException(file, 1, $"the first line does not describe a machine as recordings do: {error.Message}");
        }
    }

    private sealed class Header(string file, JsonElement root)
    {
        private readonly long _blockSizeBytes =
            long.Parse(root.GetProperty("block_size_bytes").GetString()!, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

        private long PagesPerBlock => _blockSizeBytes / PageSizeBytes;

        public MachineDescription Read()
        {
            var (kernel, movableNode) = Kernel(root.GetProperty("kernel").GetString()!);
            if (!root.TryGetProperty("blocks", out var blocks) || !blocks.EnumerateObject().Any())
                throw new MachineFileException(file, 1, "the first line has no blocks: a machine needs at least one");
            var definition = new MachineDefinition
            {
                BlockSizeBytes = _blockSizeBytes,
                MovableNode = movableNode,
                Config = Config(root.GetProperty("kernel").GetString()!),
                Nodes = Nodes(),
                Memory = blocks.EnumerateObject().Select(Block).OrderBy(range => range.First).ToArray(),
                Zones = Zones().ToArray(),
                OnlinePolicy = OnlinePolicy(),
                AutoOnline = AutoOnline(root.GetProperty("auto_online_blocks").GetString()!),
            };
            return new MachineDescription(Path.GetFileNameWithoutExtension(file), definition with { Memory = WithDimms(definition.Memory) }, kernel);
        }

        private string[] BootOptions() => root.GetProperty("append").GetString()!.Split(' ', StringSplitOptions.RemoveEmptyEntries);

        /// <summary>Splits <c>4.9-mny</c> into the kernel and whether it was built with MOVABLE_NODE.</summary>
        private (string Kernel, bool MovableNode) Kernel(string name)
        {
            var parts = name.Split('-');
            if (KernelCatalogue.Find(parts[0]) is null)
            {
                var known = string.Join(", ", KernelCatalogue.All.Select(kernel => kernel.Name));
                throw new MachineFileException(file, 1, $"kernel {name} is not known; known are {known}");
            }
            // From 4.13 on this is a boot option.
            return (parts[0], parts is [_, "mny"] || (parts.Length == 1 && BootOptions().Contains("movable_node")));
        }

        private OnlinePolicySettings OnlinePolicy()
        {
            if (!root.TryGetProperty("memory_hotplug", out var parameters) || !parameters.TryGetProperty("online_policy", out var policy))
                return new OnlinePolicySettings();
            return new OnlinePolicySettings
            {
                Kind = (OnlinePolicyKind)OnlinePolicySettings.Words.ToList().IndexOf(policy.GetString()!),
                RatioPercent = uint.Parse(parameters.GetProperty("auto_movable_ratio").GetString()!, CultureInfo.InvariantCulture),
                IsNumaAware = parameters.GetProperty("auto_movable_numa_aware").GetString() == "Y",
            };
        }

        /// <summary>A kernel without the file, which then reads as nothing, leaves new blocks offline.</summary>
        private static OnlineType AutoOnline(string word) =>
            word.Length == 0 ? OnlineType.Offline : StateWords.AllRequests.First(request => request.Word() == word);

        /// <summary>
        /// The first recorded 4.x kernels were guests of their own, built without power management, and 4.9-mny without memory failure
        /// (kernel/README.md, "Deviations"); <c>scripts/record.sh</c> says what it found.
        /// </summary>
        private KernelConfig Config(string kernel) => new()
        {
            MemmapOnMemory = root.TryGetProperty("memory_hotplug", out var parameters)
                && parameters.TryGetProperty("memmap_on_memory", out var value) && value.GetString() == "Y",
            PowerManagement = !root.TryGetProperty("machine_def", out _),
            MemoryFailure = root.TryGetProperty("memory_failure", out var failure) ? failure.GetBoolean() : kernel != "4.9-mny",
        };

        private NodeDefinition[] Nodes()
        {
            var possible = ParseList(root.GetProperty("nodes").GetProperty("possible").GetString()!);
            return possible.Select((number, index) => new NodeDefinition(number, Cpus(number, index))
            {
                Span = NodeSpan(number),
                Distances = OfNode("distances", number) is { } text
                    ? [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(ParseNumber)]
                    : [],
            }).ToArray();
        }

        /// <summary>What a file of a node said, where the recording has it.</summary>
        private string? OfNode(string file, int node) =>
            root.TryGetProperty(file, out var nodes) && nodes.TryGetProperty(node.ToString(CultureInfo.InvariantCulture), out var text)
                && text.GetString() is { } found && !found.StartsWith('!')
                ? found
                : null;

        private static int ParseNumber(string text) => int.Parse(text, CultureInfo.InvariantCulture);

        private int[] Cpus(int node, int index)
        {
            if (root.TryGetProperty("cpus", out _))
                return ParseList(OfNode("cpus", node) ?? "");
            if (!root.TryGetProperty("machine_def", out var machine))
                return CpusOfStandardMachine(node);
            if (!machine.TryGetProperty("cpus", out var cpus) || cpus.ValueKind != JsonValueKind.Array || index >= cpus.GetArrayLength())
                return [];
            var text = cpus[index].GetString();
            return text is null ? [] : ParseList(text);
        }

        /// <summary>The machines of the 6.x recordings have two CPUs, shared out among the nodes of <c>has_cpu</c> (modern.md, "Machines").</summary>
        private int[] CpusOfStandardMachine(int node)
        {
            var withCpu = ParseList(root.GetProperty("nodes").GetProperty("has_cpu").GetString()!);
            var place = Array.IndexOf(withCpu, node);
            if (place < 0)
                return [];
            return withCpu.Length == 1 ? [0, 1] : [place];
        }

        private PfnRange? NodeSpan(int number) =>
            root.GetProperty("zones").TryGetProperty(number.ToString(CultureInfo.InvariantCulture), out var zones)
                && zones.TryGetProperty("node", out var figures)
                ? Span(figures)
                : null;

        private static PfnRange Span(JsonElement figures)
        {
            var start = figures.GetProperty("start_pfn").GetInt64();
            return new PfnRange(start, start + figures.GetProperty("spanned").GetInt64());
        }

        private IEnumerable<ZoneFigures> Zones()
        {
            foreach (var node in root.GetProperty("zones").EnumerateObject())
            {
                foreach (var zone in node.Value.EnumerateObject())
                {
                    if (!ZoneNames.TryParse(zone.Name, out var type))
                        continue;
                    var figures = zone.Value;
                    yield return new ZoneFigures(
                        int.Parse(node.Name, CultureInfo.InvariantCulture), type, Span(figures),
                        figures.GetProperty("present").GetInt64(),
                        figures.GetProperty("managed").GetInt64(),
                        !figures.TryGetProperty("init", out var init) || init.GetInt32() != 0)
                    {
                        PresentBootPages = figures.GetProperty("present").GetInt64() - DimmPages(node.Name, zone.Name),
                    };
                }
            }
        }

        /// <summary>Pages of dimms that are online in a zone.</summary>
        private long DimmPages(string node, string zone)
        {
            var dimms = DimmPlaces();
            return PagesPerBlock * root.GetProperty("blocks").EnumerateObject().Count(block =>
                block.Value.GetProperty("node").GetString() == node
                && IsOnline(block.Value) && block.Value.GetProperty("valid_zones").GetString()!.Split(' ')[0] == zone
                && dimms.Any(dimm => dimm.Holds(new BlockId(ParseNumber(block.Name)))));
        }

        private bool OfflineBlocksHaveZone =>
            KernelCatalogue.Get(root.GetProperty("kernel").GetString()!.Split('-')[0]).Rules.Zones.OfflineBlocksHaveZone;

        private static bool IsOnline(JsonElement block) => block.GetProperty("state").GetString() == "online";

        private MemoryRange Block(JsonProperty block)
        {
            var id = new BlockId(int.Parse(block.Name, CultureInfo.InvariantCulture));
            var node = int.Parse(block.Value.GetProperty("node").GetString()!, CultureInfo.InvariantCulture);
            if (!IsOnline(block.Value) && !OfflineBlocksHaveZone)
                return new MemoryRange(id, 1, node, default) { State = MemoryBlockState.Offline };
            var zones = block.Value.GetProperty("valid_zones").GetString()!;
            return new MemoryRange(id, 1, node, ZonesOf(id, node, zones))
            {
                State = IsOnline(block.Value) ? MemoryBlockState.Online : MemoryBlockState.Offline,
                KernelPages = block.Value.GetProperty("removable").GetString() == "0",
                HolePages = HolePages(id),
                EndsInHole = EndsInHole(id),
            };
        }

        /// <summary>The zone that stands first is the one the block remembers; a block that says none straddles several.</summary>
        private ZoneSet ZonesOf(BlockId id, int node, string validZones)
        {
            if (ZoneNames.TryParse(validZones.Split(' ')[0], out var zone))
                return zone;
            var pages = new PfnRange(id.Number * PagesPerBlock, (id.Number + 1L) * PagesPerBlock);
            return Zones()
                .Where(figures => figures.Node == node && figures.Span.Intersects(pages))
                .Aggregate(new ZoneSet(0), (set, figures) => set.With(figures.Type));
        }

        /// <summary>Pages of a boot block that the firmware did not report as memory, from the kernel's boot messages.</summary>
        private int HolePages(BlockId id)
        {
            if (!root.TryGetProperty("bootlog", out _))
                return IsOnline(BlockOf(id)) ? HolePagesFromZones(id) : 0;
            var start = id.Number * _blockSizeBytes;
            var ram = 0L;
            var isBoot = false;
            foreach (var (from, to) in BootMemory())
            {
                var (low, high) = (Math.Max(from, start), Math.Min(to, start + _blockSizeBytes));
                if (low >= high)
                    continue;
                isBoot = true;
                ram += high / PageSizeBytes - (low + PageSizeBytes - 1) / PageSizeBytes;
            }
            return isBoot ? (int)(PagesPerBlock - ram) : 0;
        }

        /// <summary>
        /// Without boot messages: a block lacks what no zone spans of it, and firmware keeps the end of the memory below 4 GiB for itself,
        /// so what a zone below Normal lacks is missing from its highest block.
        /// </summary>
        private int HolePagesFromZones(BlockId id)
        {
            var pages = new PfnRange(id.Number * PagesPerBlock, (id.Number + 1L) * PagesPerBlock);
            var node = Zones().Where(zone => zone.Node == NodeOf(id)).ToArray();
            var missing = PagesPerBlock - node.Sum(zone => Overlap(zone.Span, id.Number));
            foreach (var zone in node)
            {
                if (zone.Type >= ZoneType.Normal || !zone.Span.Intersects(pages))
                    continue;
                var blocks = LowBlocks(zone).ToArray();
                if (blocks.Length > 0 && blocks[^1] == id.Number)
                    missing += blocks.Sum(block => Overlap(zone.Span, block)) - zone.PresentPages;
            }
            return (int)Math.Max(0, missing);
        }

        private JsonElement BlockOf(BlockId id) => root.GetProperty("blocks").GetProperty(id.Number.ToString(CultureInfo.InvariantCulture));

        private int NodeOf(BlockId id) => ParseNumber(BlockOf(id).GetProperty("node").GetString()!);

        private IEnumerable<int> LowBlocks(ZoneFigures zone) =>
            root.GetProperty("blocks").EnumerateObject()
                .Where(block => block.Value.GetProperty("node").GetString() == zone.Node.ToString(CultureInfo.InvariantCulture) && IsOnline(block.Value))
                .Select(block => int.Parse(block.Name, CultureInfo.InvariantCulture))
                .Where(block => Overlap(zone.Span, block) > 0)
                .Order();

        private long Overlap(PfnRange span, int block) =>
            Math.Max(0, Math.Min(span.End, (block + 1L) * PagesPerBlock) - Math.Max(span.Start, block * PagesPerBlock));

        private bool EndsInHole(BlockId id)
        {
            var last = (id.Number + 1L) * _blockSizeBytes - 1;
            return HolePages(id) > 0 && !BootMemory().Any(memory => memory.From <= last && last < memory.To);
        }

        /// <summary>Lines such as <c>node   0: [mem 0x0000000000100000-0x000000000ffdffff]</c>.</summary>
        private IEnumerable<(long From, long To)> BootMemory()
        {
            if (!root.TryGetProperty("bootlog", out var log))
                yield break;
            foreach (var line in log.EnumerateArray())
            {
                var words = line.GetString()!.Split([' ', '[', ']', '-', ':'], StringSplitOptions.RemoveEmptyEntries);
                if (words is ["node", _, "mem", var from, var to])
                    yield return (Convert.ToInt64(from, 16), Convert.ToInt64(to, 16) + 1);
            }
        }

        private MemoryRange[] WithDimms(IReadOnlyList<MemoryRange> memory)
        {
            var dimms = DimmPlaces();
            var blocks = memory.Where(range => !dimms.Any(dimm => dimm.Holds(range.First))).ToList();
            foreach (var dimm in dimms)
                blocks.AddRange(Merge(dimm, memory));
            return [.. blocks];
        }

        private DimmPlace[] DimmPlaces()
        {
            var where = root.TryGetProperty("machine_def", out var machine) ? machine : root;
            return where.TryGetProperty("dimms", out var list) && list.ValueKind == JsonValueKind.Array
                ? [.. list.EnumerateArray().Select(Dimm)]
                : [];
        }

        /// <summary>A dimm's blocks as one range where they are alike, as right after boot, else one by one.</summary>
        private static IEnumerable<MemoryRange> Merge(DimmPlace dimm, IReadOnlyList<MemoryRange> memory)
        {
            var blocks = memory.Where(range => dimm.Holds(range.First)).ToArray();
            if (blocks.Length == 0 || blocks.Any(block => block with { First = blocks[0].First } != blocks[0]))
                return blocks.Select(block => block with { Dimm = dimm.Id });
            return [blocks[0] with { Count = blocks.Length, Dimm = dimm.Id }];
        }

        private DimmPlace Dimm(JsonElement dimm)
        {
            var first = dimm.GetProperty("addr").GetInt64() / _blockSizeBytes;
            return new DimmPlace(dimm.GetProperty("id").GetString()!, first, first + dimm.GetProperty("size").GetInt64() / _blockSizeBytes);
        }

        private static int[] ParseList(string list) =>
            list.Split(',', StringSplitOptions.RemoveEmptyEntries).SelectMany(part =>
            {
                var ends = part.Split('-').Select(end => int.Parse(end, CultureInfo.InvariantCulture)).ToArray();
                return Enumerable.Range(ends[0], ends[^1] - ends[0] + 1);
            }).ToArray();
    }

    private sealed record DimmPlace(string Id, long First, long End)
    {
        public bool Holds(BlockId block) => block.Number >= First && block.Number < End;
    }
}
