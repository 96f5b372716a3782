using System.Runtime.InteropServices;
using HotplugFs.Kernels;
using HotplugFs.Machines.Recordings;
using HotplugFs.Replay.Mounted;

namespace HotplugFs.Replay.Recorder;

/// <summary>Reads what a recording holds of a machine from the files below <c>/sys</c> and <c>/proc</c>.</summary>
/// <param name="root">The directory that holds them; empty for the running machine.</param>
internal sealed class MachineReader(string root)
{
    private const string Missing = "!ENOENT";
    private const string Parameters = "/sys/module/memory_hotplug/parameters";

    private static readonly string[] NodeFiles = ["possible", "online", "has_memory", "has_normal_memory", "has_cpu"];

    /// <summary>The boot options that concern memory; a name that ends with <c>*</c> stands for all that begin so.</summary>
    private static readonly string[] BootOptions =
    [
        "movable_node", "kernelcore=*", "movablecore=*", "memhp_default_state=*", "memory_hotplug.*", "mem=*", "memmap=*", "numa=*",
        "numa_balancing=*", "memory_hp_*", "hugepages*", "memory_notifier_error_inject.*",
    ];

    private readonly Dictionary<int, string> _nodes = [];

    /// <summary>The files, by the paths of recordings.</summary>
    public MountedFiles Files { get; } = new(new MountedPaths(root, root));

    /// <summary>Returns a text without its last newline, or <c>!</c> and the name of the errno.</summary>
    public string Text(string path)
    {
        var read = Files.Read(path);
        return read.Error is { } error ? $"!{error}" : Encoding.Latin1.GetString(read.Data).TrimEnd('\n');
    }

    /// <summary>Returns the numbers of the blocks, ascending.</summary>
    public int[] Blocks() => Numbers("memory", "memory");

    /// <summary>Returns the state of all blocks and nodes, without the zones.</summary>
    public MachineState State()
    {
        var state = new MachineState();
        foreach (var block in Blocks())
            state.Blocks[block] = new BlockFacts(Text($"memory/memory{block}/state"), Text($"memory/memory{block}/valid_zones"), NodeOf(block));
        foreach (var removed in _nodes.Keys.Except(state.Blocks.Keys).ToArray())
            _nodes.Remove(removed);
        foreach (var file in NodeFiles)
            state.Nodes[file] = Text($"node/{file}");
        return state;
    }

    /// <summary>Returns the first line of a recording.</summary>
    /// <param name="kernel">The name of the simulated kernel; null for the closest one.</param>
    /// <exception cref="RecorderException">The machine has no memory hotplug, or no kernel is like its own.</exception>
    public RecordingHeader Header(string? kernel)
    {
        var blocks = Blocks();
        var size = Text("memory/block_size_bytes");
        if (blocks.Length == 0 || !long.TryParse(size, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var blockSizeBytes))
            throw new RecorderException($"{root}/sys/devices/system/memory has no memory blocks: this kernel has no memory hotplug");
        var release = Text("/proc/sys/kernel/osrelease");
        var autoOnline = Text("memory/auto_online_blocks");
        return new RecordingHeader
        {
            Kernel = kernel ?? ClosestKernel(release),
            Machine = "recorded",
            Append = string.Join(' ', Text("/proc/cmdline").Split(' ').Where(ConcernsMemory)),
            Uname = $"Linux {release} {(RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "aarch64" : "x86_64")}",
            BlockSizeBytes = size,
            AutoOnlineBlocks = autoOnline == Missing ? "" : autoOnline,
            MemoryFailure = Files.Exists("memory/hard_offline_page"),
            PowerManagement = Files.Exists($"memory/memory{blocks[0]}/power"),
            MemoryHotplug = Files.Exists(Parameters) ? ReadParameters() : null,
            Zones = Zones(),
            Nodes = NodeFiles.ToDictionary(file => file, file => Text($"node/{file}")),
            Cpus = OfNodes("cpulist"),
            Distances = OfNodes("distance"),
            Dimms = Dimms(blocks, blockSizeBytes),
            Blocks = blocks.ToDictionary(block => block, Block),
            Runs = 1,
        };
    }

    private static bool ConcernsMemory(string option) => BootOptions.Any(known =>
        known.EndsWith('*') ? option.StartsWith(known[..^1], StringComparison.Ordinal) : option == known);

    /// <summary>Returns the name of the kernel closest to a release, with the choice of CONFIG_MOVABLE_NODE where there is one.</summary>
    private string ClosestKernel(string release)
    {
        var version = string.Join('.', release.Split('.').Take(2));
        if (!Version.TryParse(version, out var number) || KernelCatalogue.FindClosest(number) is not { } kernel)
            throw new RecorderException($"no kernel is like release \"{release}\"; choose one with --kernel ({KernelCatalogue.KnownNames})");
        // Where the choice exists, only kernels with CONFIG_MOVABLE_NODE have this file.
        return kernel.Rules.HasMovableOnlyNodes ? kernel.Name : kernel.Name + (Files.Exists("node/has_memory") ? "-mny" : "-mnn");
    }

    private RecordedParameters ReadParameters() => new()
    {
        OnlinePolicy = Text($"{Parameters}/online_policy"),
        AutoMovableRatio = Text($"{Parameters}/auto_movable_ratio"),
        AutoMovableNumaAware = Text($"{Parameters}/auto_movable_numa_aware"),
        MemmapOnMemory = Text($"{Parameters}/memmap_on_memory"),
    };

    private RecordedBlock Block(int number)
    {
        string Of(string file) => Text($"memory/memory{number}/{file}");
        return new RecordedBlock
        {
            Node = NodeOf(number),
            State = Of("state"),
            ValidZones = Of("valid_zones"),
            Removable = Of("removable"),
            PhysDevice = Of("phys_device"),
            PhysIndex = Of("phys_index"),
            Online = Of("online"),
        };
    }

    /// <summary>Returns the zones of <c>/proc/zoneinfo</c> that span something.</summary>
    private Dictionary<int, Dictionary<string, RecordedZone>> Zones()
    {
        var nodes = new Dictionary<int, Dictionary<string, RecordedZone>>();
        var (node, name, zone) = (0, "", new RecordedZone());
        static long Pages(string number) => long.Parse(number, CultureInfo.InvariantCulture);
        foreach (var line in ReadLines("/proc/zoneinfo"))
        {
            switch (line.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries))
            {
                case ["Node", var number, "zone", var word]:
                    (node, name, zone) = (int.Parse(number, CultureInfo.InvariantCulture), word, new RecordedZone());
                    break;
                case ["spanned", var pages]:
                    zone.Spanned = Pages(pages);
                    break;
                case ["present", var pages]:
                    zone.Present = Pages(pages);
                    break;
                case ["managed", var pages]:
                    zone.Managed = Pages(pages);
                    break;
                case ["start_pfn:", var first] when zone.Spanned > 0:
                    zone.StartPfn = Pages(first);
                    nodes.TryAdd(node, []);
                    nodes[node][name] = zone;
                    break;
            }
        }
        return nodes;
    }

    private string[] ReadLines(string path)
    {
        try
        {
            return File.ReadAllLines(root + path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new RecorderException($"{root}{path} cannot be read: {error.Message}");
        }
    }

    private Dictionary<int, string> OfNodes(string file) =>
        Numbers("node", "node").ToDictionary(node => node, node => Text($"node/node{node}/{file}"));

    /// <summary>Returns the DIMMs by slot, which ends their names: runs of blocks with links to the same device of the firmware.</summary>
    private List<RecordedDimm> Dimms(int[] blocks, long blockSizeBytes)
    {
        var dimms = new List<RecordedDimm>();
        var last = "";
        foreach (var block in blocks)
        {
            var device = Files.ReadLink($"memory/memory{block}/firmware_node") is { IsOk: true, Value: var target } ? Path.GetFileName(target) : "";
            if (device.Length > 0 && device == last)
                dimms[^1].Size += blockSizeBytes;
            else if (device.Length > 0)
                dimms.Add(new RecordedDimm
                {
                    Id = device.Replace(':', '.'),
                    Node = int.Parse(NodeOf(block), CultureInfo.InvariantCulture),
                    Addr = block * blockSizeBytes,
                    Size = blockSizeBytes,
                });
            last = device;
        }
        return [.. dimms.OrderBy(dimm => dimm.Id[(dimm.Id.LastIndexOf('.') + 1)..], StringComparer.Ordinal)];
    }

    private string NodeOf(int block) => _nodes.TryGetValue(block, out var node)
        ? node
        : _nodes[block] = Numbers($"memory/memory{block}", "node").FirstOrDefault().ToString(CultureInfo.InvariantCulture);

    /// <summary>Returns the numbers that follow a prefix in the names of a directory, ascending.</summary>
    private int[] Numbers(string directory, string prefix)
    {
        var listed = Files.List(directory);
        var names = listed.IsOk ? listed.Value : [];
        return
        [
            .. from name in names
               where name.StartsWith(prefix, StringComparison.Ordinal)
               let number = name[prefix.Length..].TrimEnd('/', '@')
               where number.Length > 0 && number.All(char.IsAsciiDigit)
               orderby int.Parse(number, CultureInfo.InvariantCulture)
               select int.Parse(number, CultureInfo.InvariantCulture),
        ];
    }
}
