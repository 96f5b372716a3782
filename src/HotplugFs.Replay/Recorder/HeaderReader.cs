using System.Runtime.InteropServices;
using HotplugFs.Kernels;
using HotplugFs.Machines.Recordings;
using HotplugFs.Replay.Mounted;

namespace HotplugFs.Replay.Recorder;

/// <summary>Reads the first line of a recording from the files below <c>/sys</c> and <c>/proc</c>.</summary>
/// <param name="root">The directory that holds them; empty for the running machine.</param>
internal sealed class HeaderReader(string root, MountedFiles files, MountedState state)
{
    private const string Parameters = "/sys/module/memory_hotplug/parameters";

    /// <summary>The boot options that concern memory; a name that ends with <c>*</c> stands for all that begin so.</summary>
    private static readonly string[] BootOptions =
    [
        "movable_node", "kernelcore=*", "movablecore=*", "memhp_default_state=*", "memory_hotplug.*", "mem=*", "memmap=*", "numa=*",
        "numa_balancing=*", "memory_hp_*", "hugepages*", "memory_notifier_error_inject.*",
    ];

    /// <summary>Returns the first line of a recording.</summary>
    /// <param name="kernel">The name of the simulated kernel; null for the closest one.</param>
    /// <exception cref="RecorderException">The machine has no memory hotplug, or no kernel is like its own.</exception>
    public RecordingHeader Read(string? kernel)
    {
        var blocks = state.Numbers("memory", "memory");
        var size = state.Text("memory/block_size_bytes");
        if (blocks.Length == 0 || !long.TryParse(size, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var blockSizeBytes))
            throw new RecorderException($"{root}/sys/devices/system/memory has no memory blocks: this kernel has no memory hotplug");
        var release = state.Text("/proc/sys/kernel/osrelease");
        var autoOnline = state.Text("memory/auto_online_blocks");
        return new RecordingHeader
        {
            Kernel = kernel ?? KernelName(release),
            Machine = "recorded",
            Append = string.Join(' ', state.Text("/proc/cmdline").Split(' ').Where(ConcernsMemory)),
            Uname = $"Linux {release} {(RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "aarch64" : "x86_64")}",
            BlockSizeBytes = size,
            AutoOnlineBlocks = autoOnline == MountedState.Missing ? "" : autoOnline,
            MemoryFailure = files.Exists("memory/hard_offline_page"),
            PowerManagement = files.Exists($"memory/memory{blocks[0]}/power"),
            MemoryHotplug = files.Exists(Parameters) ? ReadParameters() : null,
            Zones = Zones(),
            Nodes = MountedState.NodeFiles.ToDictionary(file => file, file => state.Text($"node/{file}")),
            Cpus = OfNodes("cpulist"),
            Distances = OfNodes("distance"),
            Dimms = Dimms(blocks, blockSizeBytes),
            Blocks = blocks.ToDictionary(block => block, Block),
            Runs = 1,
        };
    }

    private static bool ConcernsMemory(string option) => BootOptions.Any(known =>
        known.EndsWith('*') ? option.StartsWith(known[..^1], StringComparison.Ordinal) : option == known);

    /// <summary>Returns the name of a release's kernel, with the choice of CONFIG_MOVABLE_NODE where there is one.</summary>
    private string KernelName(string release)
    {
        if (KernelCatalogue.Find(release) is not { } kernel)
            throw new RecorderException($"no kernel is like release \"{release}\"; choose one with --kernel");
        // Where the choice exists, only kernels with CONFIG_MOVABLE_NODE have this file.
        return kernel.Rules.HasMovableOnlyNodes ? kernel.Name : kernel.Name + (files.Exists("node/has_memory") ? "-mny" : "-mnn");
    }

    private RecordedParameters ReadParameters() => new()
    {
        OnlinePolicy = state.Text($"{Parameters}/online_policy"),
        AutoMovableRatio = state.Text($"{Parameters}/auto_movable_ratio"),
        AutoMovableNumaAware = state.Text($"{Parameters}/auto_movable_numa_aware"),
        MemmapOnMemory = state.Text($"{Parameters}/memmap_on_memory"),
    };

    private RecordedBlock Block(int number)
    {
        string Of(string file) => state.Text($"memory/memory{number}/{file}");
        return new RecordedBlock
        {
            Node = state.NodeOf(number),
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
        state.Numbers("node", "node").ToDictionary(node => node, node => state.Text($"node/node{node}/{file}"));

    /// <summary>Returns the DIMMs by slot, which ends their names: runs of blocks with links to the same device of the firmware.</summary>
    private List<RecordedDimm> Dimms(int[] blocks, long blockSizeBytes)
    {
        var dimms = new List<RecordedDimm>();
        var last = "";
        foreach (var block in blocks)
        {
            var device = files.ReadLink($"memory/memory{block}/firmware_node") is { IsOk: true, Value: var target } ? Path.GetFileName(target) : "";
            if (device.Length > 0 && device == last)
                dimms[^1].Size += blockSizeBytes;
            else if (device.Length > 0)
                dimms.Add(new RecordedDimm
                {
                    Id = device.Replace(':', '.'),
                    Node = int.Parse(state.NodeOf(block), CultureInfo.InvariantCulture),
                    Addr = block * blockSizeBytes,
                    Size = blockSizeBytes,
                });
            last = device;
        }
        return [.. dimms.OrderBy(dimm => dimm.Id[(dimm.Id.LastIndexOf('.') + 1)..], StringComparer.Ordinal)];
    }
}
