using System.Numerics;
using HotplugFs.Engine.Faults;
using HotplugFs.Engine.Processors;
using HotplugFs.Kernels;
using HotplugFs.Machines.Toml;

namespace HotplugFs.Machines.Files;

/// <summary>
/// Makes a machine from the sections of a machine file, and refuses one on which no kernel could boot. Single keys are checked here, the
/// map of the memory in <see cref="MemoryMap"/>.
/// </summary>
internal sealed class MachineFileReader(string file)
{
    /// <summary>The highest number of a CPU.</summary>
    internal const int CpuMax = 8191;

    private const long BlockSizeMin = 16L << 20;
    private const long BlockSizeMax = 64L << 30;

    private readonly SortedDictionary<int, (NodeDefinition Node, int Line)> _nodes = [];
    private readonly Dictionary<int, int> _lineOfCpu = [];
    private MemoryMap _map = null!;

    private List<Section> _sections = [];

    public NamedMachine Read(string name, string text)
    {
        _sections = TomlSections.Read(file, text, MachineFileKinds.All);
        var top = _sections[0];
        var blockSize = BlockSize(top);
        var architecture = ReadArchitecture(top);
        var kernel = ReadKernel(top, architecture);
        var pageSize = ReadPageSize(top, architecture, blockSize);
        var config = new KernelConfigReader(top, pageSize.Bytes).Read(architecture.ConfigFor(pageSize.Bytes));
        _map = new MemoryMap(file, architecture, kernel, pageSize, config, blockSize);
        var hugePages = new HugePageReader(architecture, pageSize, config);
        ReadNodes(hugePages);
        foreach (var section in Of(MachineFileKinds.Zone))
            ReadZone(section);
        foreach (var section in Of(MachineFileKinds.VirtioMem))
            ReadVirtioMem(section, kernel);
        var daxReader = new DaxReader(_map, kernel, NodeOf);
        DaxDefinition[] dax = [.. Of(MachineFileKinds.Dax).Select(daxReader.Read)];
        foreach (var section in Of(MachineFileKinds.Memory))
            ReadMemory(section, kernel);
        foreach (var section in Of(MachineFileKinds.Dimm))
            ReadDimm(section);
        _map.Check();
        NodeDefinition[] nodes = [.. _nodes.Values.Select(row => row.Node)];
        var loads = new LoadReader(_map.Architecture, NodeOf, hugePages);
        return new NamedMachine(name, new MachineDefinition
        {
            Architecture = architecture,
            PageSizeBytes = pageSize.Bytes,
            BlockSizeBytes = blockSize,
            MovableNode = top.Flag("movable_node") ?? false,
            Config = config,
            PhysDeviceBytes = ReadPhysDevice(top),
            MaxBytes = top.Has("max_memory") ? _map.Aligned(top, "max_memory") : null,
            OffersBlocksOnce = top.Flag("blocks_offered_once") ?? false,
            SpentBlocks = [.. (top.Ranges("spent_blocks", _map.BlockMax) ?? [])
                .SelectMany(range => Enumerable.Range(range.First, range.Last - range.First + 1))],
            Standby = ReadStandby(top, architecture),
            AutoOnline = AutoOnline(top, kernel),
            OnlinePolicy = ReadOnlinePolicy(top),
            MigrationRate = ReadMigrationRate(top),
            Dmi = ReadDmi(top),
            Nodes = nodes,
            Cpu = Of(MachineFileKinds.Cpu) is [var cpu, ..] ? new CpuReader(cpu).Read(nodes) : new CpuDefinition(),
            Memory = _map.Memory,
            Zones = _map.Zones,
            Dimms = _map.Dimms,
            VirtioMem = _map.VirtioMem,
            Dax = dax,
            Pci = [.. Of(MachineFileKinds.Pci).Select(new PciReader(NodeOf).Read)],
            Loads = [.. Of(MachineFileKinds.Load).Select(loads.Read)],
            Faults = [.. Of(MachineFileKinds.Fault).Select(ReadFault)],
            FirmwareMap = FirmwareMapReader.Read(architecture, Of(MachineFileKinds.FirmwareMap)),
        }, kernel.SelectedName);
    }

    private int[] ReadStandby(Section top, Architecture architecture)
    {
        var ranges = top.Ranges("standby", _map.BlockMax) ?? [];
        if (ranges.Count == 0)
            return [];
        if (!architecture.HasStandby)
            throw top.Error("standby", $"{architecture.Name} has no standby memory; leave standby out");
        var numbers = new SortedSet<int>(ranges.SelectMany(range => Enumerable.Range(range.First, range.Last - range.First + 1)));
        foreach (var range in _map.Memory)
            if (range.IsBoot && !range.HotAdded)
                for (var number = range.First.Number; number < range.First.Number + range.Count; number++)
                    if (numbers.Contains(number))
                        throw top.Error("standby", $"block {number} is boot memory; only other blocks can be standby memory");
        return [.. numbers];
    }

    /// <summary>Reads a <c>[[fault]]</c>, whose keys are the words of <c>hotplugfs/faults</c>.</summary>
    private static FaultDefinition ReadFault(Section section)
    {
        List<string> words =
        [
            section.Text("what") ?? throw section.Missing("what", "\"memory43\""),
            section.Text("when") ?? throw section.Missing("when", "\"offline\""),
        ];
        words.AddRange(((string?[])[section.Text("file"), section.Text("outcome")]).OfType<string>());
        foreach (var key in (string[])["take", "probability", "until", "text"])
            if (section.Text(key) is { } value)
                words.Add($"{key}={value}");
        foreach (var key in (string[])["times", "after", "seed"])
            if (section.Integer(key, 0, int.MaxValue) is { } number)
                words.Add(string.Create(CultureInfo.InvariantCulture, $"{key}={number}"));
        return FaultSyntax.TryParse([.. words], out var fault, out var problem) ? fault : throw section.Error("what", problem);
    }

    private List<Section> Of(SectionKind kind) => _sections.FindAll(section => section.Kind == kind);

    private static Kernel ReadKernel(Section top, Architecture architecture)
    {
        if (top.Text("kernel") is not { } name)
            return KernelCatalogue.Get(KernelCatalogue.Default.Name, architecture);
        return KernelCatalogue.Find(name, architecture) ?? throw top.Error("kernel", KernelCatalogue.Unknown(name));
    }

    private static long BlockSize(Section top)
    {
        var size = top.Bytes("block_size") ?? throw top.Missing("block_size", "\"128M\"");
        if (size is < BlockSizeMin or > BlockSizeMax || !BitOperations.IsPow2(size))
            throw top.Error("block_size", $"block_size must be a power of two from 16M to 64G, not {ByteSize.Format(size)}");
        return size;
    }

    private static Architecture ReadArchitecture(Section top)
    {
        var name = top.Text("architecture") ?? Architecture.X86_64.Name;
        return Architecture.Find(name)
            ?? throw top.Error("architecture",
                $"unknown architecture \"{name}\"{Nearest.Hint(name, [.. Architecture.All.Select(known => known.Name)])}");
    }

    /// <summary>Reads the size of pages, on which depends how small a block can be.</summary>
    private static PageSize ReadPageSize(Section top, Architecture architecture, long blockSize)
    {
        var bytes = top.Bytes("page_size") ?? architecture.PageSizes[0].Bytes;
        if (architecture.PageSizes.FirstOrDefault(known => known.Bytes == bytes) is not { } size)
        {
            var known = string.Join(", ", architecture.PageSizes.Select(known => $"\"{ByteSize.Format(known.Bytes)}\""));
            throw top.Error("page_size", $"page_size of {architecture.Name} must be one of {known}, not {ByteSize.Format(bytes)}");
        }
        return blockSize >= size.BlockSizeMin ? size : throw top.Error("block_size",
            $"block_size of {architecture.Name} with pages of {ByteSize.Format(bytes)} must be at least {ByteSize.Format(size.BlockSizeMin)}");
    }

    private static long ReadPhysDevice(Section top)
    {
        var bytes = top.Bytes("phys_device") ?? 0;
        return bytes == 0 || (bytes >= 1 << 20 && BitOperations.IsPow2(bytes))
            ? bytes
            : throw top.Error("phys_device", $"phys_device must be a power of two from 1M on, not {ByteSize.Format(bytes)}");
    }

    private static OnlineType AutoOnline(Section top, Kernel kernel)
    {
        var word = top.Text("auto_online_blocks") ?? OnlineType.Offline.Word();
        var known = kernel.AutoOnlineTypes.ToArray();
        var found = Array.FindIndex(known, type => type.Word() == word);
        if (found >= 0)
            return known[found];
        throw top.Error("auto_online_blocks",
            $"auto_online_blocks of kernel {kernel.Name} must be one of {string.Join(", ", known.Select(type => type.Word()))}, "
                + $"not \"{word}\"");
    }

    private static OnlinePolicySettings ReadOnlinePolicy(Section top)
    {
        var usual = new OnlinePolicySettings();
        var word = top.Text("online_policy") ?? OnlinePolicySettings.Words[(int)usual.Kind];
        var kind = OnlinePolicySettings.Words.ToList().IndexOf(word);
        if (kind < 0)
        {
            var known = string.Join(", ", OnlinePolicySettings.Words);
            throw top.Error("online_policy", $"online_policy must be one of {known}, not \"{word}\"");
        }
        return new OnlinePolicySettings
        {
            Kind = (OnlinePolicyKind)kind,
            RatioPercent = (uint)(top.Integer("auto_movable_ratio", 0, uint.MaxValue) ?? usual.RatioPercent),
            IsNumaAware = top.Flag("auto_movable_numa_aware") ?? usual.IsNumaAware,
        };
    }

    private static MigrationRate ReadMigrationRate(Section top)
    {
        var text = top.Text("migration_rate") ?? "0";
        return MigrationRate.TryParse(text, out var rate)
            ? rate
            : throw top.Error("migration_rate", $"migration_rate must be {MigrationRate.Form}, not \"{text}\"");
    }

    private static IReadOnlyDictionary<string, string> ReadDmi(Section top)
    {
        Dictionary<string, string>? texts = null;
        foreach (var (name, _) in DmiNames.All)
        {
            if (top.Text(name) is not { } text)
                continue;
            if (text.Any(char.IsControl))
                throw top.Error(name, $"{name} must be one line without control characters");
            (texts ??= []).Add(name, text);
        }
        return texts ?? DmiNames.None;
    }

    private void ReadNodes(HugePageReader hugePages)
    {
        foreach (var section in Of(MachineFileKinds.Node))
        {
            var number = (int)(section.Integer("number", 0, NodeDefinition.MaxNumber) ?? throw section.Missing("number", "0"));
            if (_nodes.TryGetValue(number, out var other))
                throw section.Error("number", $"duplicate node {number}; the first is in line {other.Line}");
            var given = new NodeDefinition(number, Cpus(section))
            {
                Span = NodeSpan(section),
                HasNormalMemory = section.Flag("has_normal_memory"),
                IsOnline = section.Flag("online"),
                Hardware = NodeHardware.Plain with { IsGenericInitiator = NodeHardwareReader.IsGenericInitiator(section) },
            };
            var node = hugePages.Read(given, section);
            _nodes.Add(number, (LoadReader.WithPageDescriptors(node, section, _map.Architecture), section.Line));
        }
        if (_nodes.Count == 0)
            throw new MachineFileException(file, 0, "the machine has no node; add [[node]] with number = 0");
        foreach (var section in Of(MachineFileKinds.Node))
        {
            ReadDistances(section);
            var (node, line) = _nodes[(int)section.Integer("number", 0, NodeDefinition.MaxNumber)!];
            var hardware = new NodeHardwareReader(number => _nodes.TryGetValue(number, out var row) ? row.Node : null).Read(section);
            _nodes[node.Number] = (node with { Hardware = hardware }, line);
        }
    }

    private int[] Cpus(Section section)
    {
        var cpus = new SortedSet<int>();
        foreach (var (first, last) in section.Ranges("cpus", CpuMax) ?? [])
        {
            for (var cpu = first; cpu <= last; cpu++)
            {
                if (!_lineOfCpu.TryAdd(cpu, section.Line))
                    throw section.Error("cpus", $"CPU {cpu} is on two nodes; the other is in line {_lineOfCpu[cpu]}");
                cpus.Add(cpu);
            }
        }
        return [.. cpus];
    }

    private PfnRange? NodeSpan(Section section)
    {
        if (!section.Has("start_pfn") && !section.Has("end_pfn"))
            return null;
        return Span(section);
    }

    private PfnRange Span(Section section)
    {
        var start = section.Integer("start_pfn", 0, _map.PfnEnd) ?? throw section.Missing("start_pfn", "1048576");
        var end = section.Integer("end_pfn", 0, _map.PfnEnd) ?? throw section.Missing("end_pfn", "1212416");
        if (end < start)
            throw section.Error("end_pfn", $"end_pfn {end} is below start_pfn {start}; it is the page after the last");
        return new PfnRange(start, end);
    }

    /// <summary>Reads the distances to all nodes in ascending order of their numbers, as in the file <c>distance</c>.</summary>
    private void ReadDistances(Section section)
    {
        if (section.Ranges("distances", byte.MaxValue) is not { } ranges)
            return;
        var number = (int)section.Integer("number", 0, NodeDefinition.MaxNumber)!;
        var distances = ranges.Select(range => range.First).ToArray();
        if (ranges.Any(range => range.First != range.Last) || distances.Length != _nodes.Count)
        {
            throw section.Error("distances",
                $"distances needs one number for each of the {_nodes.Count} nodes, ascending by node; example: [10, 20]");
        }
        var own = _nodes.Keys.TakeWhile(other => other != number).Count();
        for (var i = 0; i < distances.Length; i++)
        {
            if (i == own ? distances[i] != 10 : distances[i] < 10)
            {
                var rule = i == own ? "itself must be 10" : "another node must be 10 to 255";
                throw section.Error("distances", $"the distance of node {number} to {rule}, not {distances[i]}");
            }
        }
        _nodes[number] = (_nodes[number].Node with { Distances = distances }, section.Line);
    }

    private int NodeOf(Section section)
    {
        var number = (int)(section.Integer("node", 0, NodeDefinition.MaxNumber) ?? throw section.Missing("node", "0"));
        if (_nodes.ContainsKey(number))
            return number;
        throw section.Error("node", $"unknown node {number} (known: {string.Join(", ", _nodes.Keys)}); [[node]] adds a node");
    }

    private void ReadZone(Section section)
    {
        var node = NodeOf(section);
        var zones = Zones(section);
        if (!zones.IsSingle)
            throw section.Error("zone", "[[zone]] describes one zone; write a section for each");
        var span = Span(section);
        // The map checks it against the blocks.
        var present = section.Integer("present_pages", 0, _map.PfnEnd)
            ?? throw section.Missing("present_pages", "0");
        var managed = section.Integer("managed_pages", 0, present) ?? present;
        _map.AddZone(section, new ZoneFigures(node, zones.Lowest, span, present, managed, section.Flag("initialized") ?? !span.IsEmpty)
        {
            PresentBootPages = section.Integer("present_boot_pages", 0, present) ?? present,
        });
    }

    private ZoneSet Zones(Section section)
    {
        var text = section.Text("zone") ?? throw section.Missing("zone", "\"Normal\"");
        var zones = new ZoneSet(0);
        foreach (var word in text.Split(' '))
            zones = zones.With(Zone(section, word));
        return zones;
    }

    private ZoneType Zone(Section section, string word)
    {
        if (ZoneNames.TryParse(word, out var type) && _map.Architecture.ZoneTypes.Contains(type))
            return type;
        var known = _map.Architecture.ZoneTypes.Select(zone => zone.Name()).ToArray();
        throw section.Error("zone", $"unknown zone \"{word}\" of {_map.Architecture.Name}{Nearest.Hint(word, known)}");
    }

    private void ReadMemory(Section section, Kernel kernel)
    {
        var node = NodeOf(section);
        // Since 4.13 a block has a zone only while it is online.
        var isInNoZone = !section.Has("zone") && State(section) == MemoryBlockState.Offline && !kernel.Rules.Zones.OfflineBlocksHaveZone;
        var zones = isInNoZone ? default : Zones(section);
        var holes = (int)(section.Integer("hole_pages", 0, _map.PagesPerBlock - 1) ?? 0);
        var dimm = section.Has("dimm") ? Id(section, "dimm") : null;
        var device = section.Has("virtio_mem") ? Id(section, "virtio_mem") : null;
        if (dimm is not null && device is not null)
            throw section.Error("virtio_mem", "memory belongs to a DIMM or to a virtio-mem device, not to both");
        if (section.Has("plugged") && device is null)
            throw section.Error("plugged", "only the blocks of a virtio-mem device can be plugged in part; name it with virtio_mem");
        var plugged = SubBlocks(section, "plugged", _map.BlockSizeBytes);
        long[] retired = [.. section.Texts("retired_pages", "\"1310720\"").Select(page => RetiredPage(section, page))];
        foreach (var (first, count) in Blocks(section))
        {
            var range = new MemoryRange(first, count, node, zones)
            {
                State = State(section),
                KernelPages = section.Flag("kernel_pages") ?? false,
                HotAdded = section.Flag("hot_added") ?? false,
                HolePages = holes,
                EndsInHole = section.Flag("ends_in_hole") ?? false,
                OnlineWithoutDevice = section.Flag("online_without_device") ?? false,
                // Ranges without retired pages are equal, and so must be their lists.
                RetiredPages = retired.Length == 0
                    ? []
                    : [.. retired.Where(page => page / _map.PagesPerBlock - first.Number is var at && at >= 0 && at < count)],
                Dimm = dimm,
                VirtioMem = device,
                Dax = section.Text("dax"),
                PluggedBytes = plugged == _map.BlockSizeBytes ? null : plugged,
            };
            if (section.Has("other_nodes"))
                range = range with { OtherNodes = new NodePartReader(_map, _nodes.ContainsKey, Zone).Read(section, range) };
            _map.AddMemory(section, range);
        }
    }

    private static long RetiredPage(Section section, string word) =>
        long.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var page)
            ? page
            : throw section.Error("retired_pages", $"\"{word}\" in retired_pages is not the number of a page; example: [\"1310720\"]");

    private static MemoryBlockState State(Section section) => section.Text("state") switch
    {
        null or "online" => MemoryBlockState.Online,
        "offline" => MemoryBlockState.Offline,
        var other => throw section.Error("state", $"state must be \"online\" or \"offline\", not \"{other}\""),
    };

    private IEnumerable<(BlockId First, int Count)> Blocks(Section section)
    {
        if (section.Has("blocks") == (section.Has("address") || section.Has("size")))
            throw section.Error("blocks", "give the place of the memory either by blocks = \"0-1\" or by address and size");
        if (section.Ranges("blocks", _map.BlockMax) is { } ranges)
        {
            if (ranges.Count == 0)
                throw section.Error("blocks", "blocks is empty; example: blocks = \"0-1\"");
            return ranges.Select(range => (new BlockId(range.First), range.Last - range.First + 1));
        }
        var address = _map.Aligned(section, "address") ?? throw section.Missing("address", "\"4G\"");
        return [_map.Place(section, address, Size(section))];
    }

    private long Size(Section section)
    {
        var size = _map.Aligned(section, "size") ?? throw section.Missing("size", "\"512M\"");
        var block = ByteSize.Format(_map.BlockSizeBytes);
        return size > 0 ? size : throw section.Error("size", $"size must be at least one block, \"{block}\"");
    }

    private void ReadDimm(Section section)
    {
        var id = section.Has("id") ? Id(section, "id") : throw section.Missing("id", "\"dimm0\"");
        var assigned = section.Flag("assigned");
        if (assigned == false && _map.Architecture.Hotplug != HotplugMethod.LogicalBlocks)
            throw section.Error("assigned", $"{_map.Architecture.Name} has no memory in logical blocks; leave assigned out");
        _map.AddDimm(section, new DimmDefinition(id, NodeOf(section), Size(section), _map.Aligned(section, "address"))
        {
            IsAssigned = assigned ?? true,
        });
    }

    private void ReadVirtioMem(Section section, Kernel kernel)
    {
        if (!kernel.Rules.HasVirtioMem)
            throw section.Error("id", $"kernel {kernel.Name} has no virtio-mem; choose another kernel");
        var id = section.Has("id") ? Id(section, "id") : throw section.Missing("id", "\"v0\"");
        var max = _map.Aligned(section, "max") ?? throw section.Missing("max", "\"4G\"");
        if (max == 0)
            throw section.Error("max", $"max must be at least one block, \"{ByteSize.Format(_map.BlockSizeBytes)}\"");
        _map.AddVirtioMem(section, new VirtioMemDefinition(id, NodeOf(section), max, _map.Aligned(section, "address"))
        {
            SizeBytes = SubBlocks(section, "size", max) ?? 0,
            IsRetrying = section.Flag("retrying") ?? false,
        });
    }

    private long? SubBlocks(Section section, string key, long max)
    {
        if (section.Bytes(key) is not { } bytes)
            return null;
        if (bytes % _map.PageblockBytes == 0 && bytes <= max)
            return bytes;
        throw section.Error(key, $"{key} must be a multiple of {ByteSize.Format(_map.PageblockBytes)} up to {ByteSize.Format(max)}, "
            + $"not {ByteSize.Format(bytes)}");
    }

    /// <summary>
    /// Reads the name of a device; that of a DIMM names a directory in <c>hotplugfs/dimms</c> beside the files <c>plug</c> and <c>unplug</c>.
    /// </summary>
    private static string Id(Section section, string key)
    {
        var id = section.Text(key)!;
        var device = section.Kind == MachineFileKinds.VirtioMem || key == "virtio_mem" ? "virtio-mem" : "DIMM";
        return DimmDefinition.IsId(id) ? id : throw section.Error(key, $"invalid {device} name \"{id}\" (allowed: {DimmDefinition.IdForm})");
    }
}
