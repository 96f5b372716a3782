using HotplugFs.Kernels;
using HotplugFs.Machines.Recordings;

namespace HotplugFs.Machines.Dumps;

/// <summary>Makes the header of a recording from a dump, which then describes the machine. What is missing is guessed.</summary>
internal sealed class DumpHeader
{
    /// <summary>Below this address, x86 has no zone Normal.</summary>
    private const long LowEnd = 4L << 30;

    private const string NotThere = "!ENOENT";

    private readonly IDump _dump;
    private readonly Losses _losses;
    private readonly Guesses _guesses;
    private readonly SortedSet<int> _nodes = [];

    /// <summary>The nodes that are not online, and to which memory of the dax bus can be added.</summary>
    private readonly SortedSet<int> _targets = [];

    private readonly Dictionary<int, IReadOnlyCollection<string>> _filesOf = [];

    private DumpHeader(IDump dump, Losses losses, Guesses guesses) => (_dump, _losses, _guesses) = (dump, losses, guesses);

    /// <summary>Returns what the dump shows of the machine, and the options of its kernel.</summary>
    /// <exception cref="FormatException">It has no memory blocks.</exception>
    public static (RecordingHeader Header, KernelConfig Config) Read(IDump dump, Losses losses, Guesses guesses) =>
        new DumpHeader(dump, losses, guesses).Read();

    private (RecordingHeader Header, KernelConfig Config) Read()
    {
        var names = _dump.List(DumpPaths.Memory);
        int[] numbers = [.. names.Select(name => DumpPaths.Number(name, "memory")).OfType<int>().Order().Where(HasFiles)];
        if (numbers.Length == 0)
            throw new FormatException($"it has no memory blocks ({DumpPaths.Memory}/memoryN)");
        var version = string.Join(' ', DumpPaths.Versions.Select(_dump.Read));
        var zones = _dump.Read(DumpPaths.Zoneinfo) is { } zoneinfo ? ZoneinfoText.Read(zoneinfo) : [];
        var blocks = numbers.ToDictionary(number => number, Block);
        var architecture = ArchitectureOf(version, blocks, zones);
        var kernel = KernelOf(version, names);
        var header = new RecordingHeader
        {
            Kernel = architecture == Architecture.X86_64 ? kernel : $"{architecture.Name}-{kernel}",
            Append = _dump.Read(DumpPaths.Cmdline) ?? "",
            BlockSizeBytes = _dump.Read($"{DumpPaths.Memory}/block_size_bytes") ?? GuessBlockSize(blocks),
            AutoOnlineBlocks = _dump.Read($"{DumpPaths.Memory}/auto_online_blocks") ?? "",
            MemoryHotplug = _dump.List(DumpPaths.Parameters).Count > 0 ? Parameters() : null,
            Zones = zones,
            Blocks = blocks,
            Nodes = Nodes(),
        };
        header.Cpus = OfNodes("cpulist");
        foreach (var cpu in CpuDump.Offline(_dump))
            if (CpuDump.NodeOf(_dump, cpu) is { } node && _nodes.Contains(node))
                header.Cpus[node] = header.Cpus.TryGetValue(node, out var others) ? $"{others},{cpu}" : $"{cpu}";
            else
                _losses.Add($"cpu{cpu}", "it is offline, and no link names its node; it is left out");
        header.Distances = Distances();
        header.Dimms = Dimms(numbers, RecordingRanges.BlockSize(header.BlockSizeBytes), header.Blocks);
        GuessZones(header, architecture);
        return (header, Config(architecture, names, numbers));
    }

    private bool HasFiles(int number)
    {
        var files = _dump.List($"{DumpPaths.Memory}/memory{number}");
        if (files.Count > 0)
            _filesOf.Add(number, files);
        else
            _losses.Add($"memory{number}", "it is empty or no directory, and is left out");
        return files.Count > 0;
    }

    private RecordedBlock Block(int number)
    {
        var directory = $"{DumpPaths.Memory}/memory{number}";
        int[] nodes = [.. _filesOf[number].Select(name => DumpPaths.Number(name, "node")).OfType<int>().Order()];
        _nodes.UnionWith(nodes);
        var state = _dump.Read($"{directory}/state");
        if (state is not ("online" or "offline" or "going-offline"))
            _losses.Add($"memory{number}", "no state that is known; it is taken for online");
        return new RecordedBlock
        {
            State = state == "offline" ? "offline" : "online",
            ValidZones = _dump.Read($"{directory}/valid_zones") ?? NotThere,
            Node = nodes.Length > 0 ? $"{nodes[0]}" : "",
            OtherNodes = nodes.Length > 1 ? nodes[1..] : [],
            Removable = _dump.Read($"{directory}/removable") ?? "1",
            PhysDevice =
                _dump.Read($"{directory}/phys_device") is { } device && device.All(char.IsAsciiDigit) && device.Length is > 0 and < 10 ? device : "0",
        };
    }

    private RecordedParameters Parameters()
    {
        string? Of(string name) => _dump.Read($"{DumpPaths.Parameters}/{name}");
        return new RecordedParameters
        {
            OnlinePolicy = Of("online_policy"),
            AutoMovableRatio = Of("auto_movable_ratio"),
            AutoMovableNumaAware = Of("auto_movable_numa_aware"),
            MemmapOnMemory = Of("memmap_on_memory"),
        };
    }

    private static readonly (string Word, Architecture Architecture)[] Machines =
    [
        ("x86_64", Architecture.X86_64), ("amd64", Architecture.X86_64), ("aarch64", Architecture.Arm64), ("arm64", Architecture.Arm64),
        ("ppc64le", Architecture.Ppc64le), ("powerpc64le", Architecture.Ppc64le), ("s390x", Architecture.S390x),
        ("riscv64", Architecture.Riscv64), ("i686", Architecture.I386), ("i586", Architecture.I386),
    ];

    private Architecture ArchitectureOf(
        string version, Dictionary<int, RecordedBlock> blocks, Dictionary<int, Dictionary<string, RecordedZone>> zones)
    {
        if (Array.Find(Machines, known => version.Contains(known.Word, StringComparison.Ordinal)) is { Architecture: { } named })
            return named;
        string[] words = [.. blocks.Values
            .SelectMany(block => block.ValidZones.Split(' ')).Concat(zones.Values.SelectMany(zone => zone.Keys)).Distinct()];
        var isArm = blocks.Any(block => block.Key > 0 && block.Value.ValidZones == "DMA") && blocks.Values.All(block => block.PhysDevice == "0");
        var guess = blocks.Values.Any(block => block.PhysDevice != "0") ? Architecture.S390x
            : words.Contains("HighMem") ? Architecture.I386
            : isArm ? Architecture.Arm64
            : blocks.Any(block => block.Value is { IsOnline: true, ValidZones: "Normal" } && block.Key * BlockSize() < LowEnd) ? Architecture.Ppc64le
            : Architecture.X86_64;
        if (guess != Architecture.X86_64)
            _guesses.Key("architecture", "from the zones of the blocks");
        _losses.Add("the dump", $"nothing names the architecture, which is taken for {guess.Name}");
        return guess;
    }

    private long BlockSize() => RecordingRanges.BlockSize(_dump.Read($"{DumpPaths.Memory}/block_size_bytes") ?? "8000000");

    private string KernelOf(string version, IReadOnlyCollection<string> names)
    {
        foreach (var word in version.Split(' '))
            if (word is [>= '1' and <= '9', ..] && KernelCatalogue.Find(word) is { } found)
                return found.Name;
        var block = $"{DumpPaths.Memory}/{names.First(name => DumpPaths.Number(name, "memory") is not null)}";
        var guess = KernelCatalogue.All.LastOrDefault(kernel =>
            (!names.Contains("crash_hotplug") || kernel.Files.HasCrashHotplug)
            && names.Contains("auto_online_blocks") == kernel.Files.HasAutoOnlineBlocks
            && (_dump.Read($"{block}/online") is not null) == kernel.Files.HasOnlineFile) ?? KernelCatalogue.All[^1];
        _guesses.Key("kernel", "the newest that has these files");
        _losses.Add("the dump", $"no version of the kernel; {guess.Name} is the newest that has these files");
        return guess.Name;
    }

    private string GuessBlockSize(Dictionary<int, RecordedBlock> blocks)
    {
        _guesses.Key("block_size", "the usual size");
        _losses.Add("the dump", $"no block_size_bytes; the blocks ({blocks.Count}) are taken for 128 MiB");
        return "8000000";
    }

    private Dictionary<string, string> Nodes()
    {
        var inTree = _dump.List(DumpPaths.Node).Select(name => DumpPaths.Number(name, "node")).OfType<int>();
        _nodes.UnionWith(inTree);
        var list = string.Join(',', _nodes);
        if (_nodes.Count == 0)
            return new() { ["possible"] = NotThere, ["online"] = NotThere, ["has_cpu"] = NotThere };
        string Of(string file) =>
            _dump.Read($"{DumpPaths.Node}/{file}") is { Length: > 0 } text && text.All(symbol => char.IsAsciiDigit(symbol) || symbol is ',' or '-')
            ? text
            : list;
        if (_dump.List(DumpPaths.Node).Count == 0)
            _losses.Add("the dump", $"no {DumpPaths.Node}; there are no CPUs, and the distances are the usual ones");
        // A large number of possible nodes is a limit of the kernel, and no machine has them. Memory of the dax bus can be for a node to come.
        var online = Of("online");
        _targets.UnionWith(DaxDump.TargetNodes(_dump).Except(_nodes));
        var possible = string.Join(',', _nodes.Concat(_targets).Order());
        return new() { ["possible"] = online == possible ? possible : $"{possible},{online}", ["online"] = online, ["has_cpu"] = "" };
    }

    /// <summary>Returns the distances of the nodes, which have those to nodes that are online.</summary>
    private Dictionary<int, string> Distances()
    {
        foreach (var node in _targets)
            _losses.Add($"node{node}", "it is not online, so that its distances are missing; they are the usual ones");
        return OfNodes("distance");
    }

    private Dictionary<int, string> OfNodes(string file) => _nodes
        .Select(node => (Node: node, Text: _dump.Read($"{DumpPaths.Node}/node{node}/{file}")))
        .Where(row => !string.IsNullOrWhiteSpace(row.Text))
        .ToDictionary(row => row.Node, row => row.Text!);

    /// <summary>Returns the DIMMs by slot: runs of blocks with links to the same device of the firmware.</summary>
    private List<RecordedDimm> Dimms(int[] numbers, long blockSize, Dictionary<int, RecordedBlock> blocks)
    {
        var dimms = new List<RecordedDimm>();
        var (last, previous) = ("", -1);
        foreach (var number in numbers)
        {
            var device = Path.GetFileName(_dump.ReadLink($"{DumpPaths.Memory}/memory{number}/firmware_node") ?? "").Replace(':', '.');
            device = DimmDefinition.IsId(device) ? device : "";
            if (device.Length > 0 && device == last && number == previous + 1)
                dimms[^1].Size += blockSize;
            else if (device.Length > 0 && !dimms.Exists(dimm => dimm.Id == device))
                dimms.Add(new RecordedDimm { Id = device, Node = blocks[number].NodeNumber, Addr = number * blockSize, Size = blockSize });
            (last, previous) = (device, number);
        }
        return dimms;
    }

    /// <summary>Guesses the zones of blocks that have no <c>valid_zones</c>, and where those meet of which the kernel names none.</summary>
    private void GuessZones(RecordingHeader header, Architecture architecture)
    {
        var size = RecordingRanges.BlockSize(header.BlockSizeBytes);
        foreach (var (number, block) in header.Blocks)
        {
            if (block.OtherNodes.Count > 0 && header.Zones.Count == 0)
            {
                _guesses.NodesOf(number);
                _losses.Add($"memory{number}", "the block is on several nodes; where they meet is guessed");
            }
            if (block.ValidZones != NotThere || block.OtherNodes.Count > 0)
                continue;
            var (start, end) = (number * size, (number + 1) * size);
            var zone = architecture.Zones.FirstOrDefault(zone => zone.Type != ZoneType.Movable && zone.Holds(start, end))?.Type ?? ZoneType.Normal;
            block.ValidZones = zone.Name();
            _guesses.ZoneOf(number);
            _losses.Add($"memory{number}", "no valid_zones; the zone is guessed from the address");
        }
        if (header.Zones.Count == 0)
            new ZoneGuess(header, architecture, size, _losses, _guesses).Complete();
    }

    private KernelConfig Config(Architecture architecture, IReadOnlyCollection<string> names, int[] numbers)
    {
        var usual = architecture.Config;
        var block = $"{DumpPaths.Memory}/memory{numbers[0]}";
        var hasPower = _dump.List(block).Contains("power");
        var hasNodes = _dump.List(DumpPaths.Node).Count > 0;
        var node = $"{DumpPaths.Node}/node{_nodes.DefaultIfEmpty(0).First()}";
        int[] sizes = [.. _dump.List($"{node}/hugepages")
            .Select(name => name.EndsWith("kB", StringComparison.Ordinal) ? DumpPaths.Number(name[..^2], "hugepages-") : null).OfType<int>().Order()];
        var power = _dump.List($"{block}/power");
        return usual with
        {
            Numa = _nodes.Count > 0,
            PowerManagement = hasPower,
            PowerDebug = power.Count == 0 ? usual.PowerDebug : power.Contains("runtime_enabled"),
            // A copy may lack the files that only root can write.
            MemoryFailure = names.Contains("hard_offline_page") || _dump.List(node).Contains("memory_failure"),
            MemoryProbe = names.Contains("probe"),
            CrashHotplug = !names.Contains("crash_hotplug") ? -1 : _dump.Read($"{DumpPaths.Memory}/crash_hotplug") == "1" ? 1 : 0,
            CrashNotes = _dump.List($"{DumpPaths.Cpu}/cpu0") is not { Count: > 0 } files || files.Contains("crash_notes"),
            // 7 bytes for 2 CPUs where that is more than a page.
            CpuListSize = DumpBus.Number(_dump, $"{DumpPaths.Cpu}/kernel_max", KernelConfig.CpuListSizeMax / 4) is { } last
                ? Math.Max((last + 1) * 7 / 2, 4096)
                : usual.CpuListSize,
            HugePageSizes = sizes.Length > 0 ? sizes : usual.HugePageSizes,
            Sgx = hasNodes ? _dump.List(node).Contains("x86") : usual.Sgx,
        };
    }
}
