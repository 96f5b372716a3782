namespace HotplugFs.Machines.Dumps;

/// <summary>
/// What a dump shows of the firmware: the access to the memory of nodes, the caches before it, its tiers (docs/kernels.md, "Access classes",
/// "Memory tiers"), and the texts of dmi/id.
/// </summary>
internal sealed class DumpHardware
{
    /// <summary>The tier of memory whose performance is not known.</summary>
    private const int UsualTier = 4;

    private readonly IDump _dump;
    private readonly MachineDefinition _machine;

    /// <summary>The tier of each node with memory.</summary>
    private readonly Dictionary<int, int> _tiers = [];

    private DumpHardware(IDump dump, MachineDefinition machine)
    {
        (_dump, _machine) = (dump, machine);
        foreach (var name in dump.List(DumpPaths.Tiers))
            if (DumpPaths.Number(name, "memory_tier") is { } tier)
                foreach (var node in Nodes($"{DumpPaths.Tiers}/{name}/nodelist"))
                    _tiers[node] = tier;
    }

    /// <summary>Returns the machine with what the dump shows of its firmware.</summary>
    public static MachineDefinition Complete(MachineDefinition machine, IDump dump)
    {
        var hardware = new DumpHardware(dump, machine);
        var initiators = hardware.Nodes($"{DumpPaths.Node}/has_generic_initiator").ToHashSet();
        // Serial numbers must not get into a file that people pass on.
        var texts = DmiNames.All.Where(row => !DmiNames.IsSecret(row.Name)).Select(row => (row.Name, Text: dump.Read($"{DumpPaths.Dmi}/{row.Name}")))
            .Where(row => row.Text is not null && !row.Text.Any(char.IsControl)).ToDictionary(row => row.Name, row => row.Text!);
        var nodes = machine.Nodes.Select(
            node => node with { Hardware = node.Hardware with { IsGenericInitiator = initiators.Contains(node.Number) } }).ToArray();
        var usable = nodes.Where(node => node.Cpus.Count > 0 || node.Hardware.IsGenericInitiator).Select(node => node.Number).ToHashSet();
        return machine with
        {
            Nodes = [.. nodes.Select(node => hardware.Complete(node, usable))],
            Dmi = texts.Count > 0 ? texts : DmiNames.None,
            FirmwareMap = machine.Architecture.HasFirmwareMap && hardware.FirmwareMap() is { Length: > 0 } map ? map : null,
        };
    }

    /// <summary>Returns the entries of the firmware's map, without those that DIMMs added; what is damaged is left out.</summary>
    private FirmwareRange[] FirmwareMap()
    {
        var size = _machine.BlockSizeBytes;
        var dimms = _machine.Memory.Where(range => range.Dimm is not null).GroupBy(range => range.Dimm)
            .Select(dimm => (dimm.Min(range => range.First.Number) * size, dimm.Max(range => range.First.Number + (long)range.Count) * size - 1));
        return
        [
            .. _dump.List(DumpPaths.FirmwareMap).Select(name => DumpPaths.Number(name, "")).OfType<int>().Order()
                .Select(Entry).OfType<FirmwareRange>()
                .ExceptBy(dimms, range => (range.Start, range.Last)).Take(FirmwareRange.CountMax),
        ];
    }

    private FirmwareRange? Entry(int number)
    {
        string? Of(string file) => _dump.Read($"{DumpPaths.FirmwareMap}/{number}/{file}");
        return Address(Of("start")) is { } start && Address(Of("end")) is { } end && end >= start && Of("type") is { } type
            && FirmwareRange.IsType(type)
            ? new FirmwareRange(start, end, type)
            : null;
    }

    private static long? Address(string? text) =>
        text is ['0', 'x', .. var digits] && long.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var address)
        && address >= 0
            ? address
            : null;

    private NodeDefinition Complete(NodeDefinition node, HashSet<int> initiators)
    {
        var access = Access(node.Number, "access0", initiators);
        var ofCpus = Access(node.Number, "access1", initiators);
        var hardware = node.Hardware with
        {
            Access = access,
            CpuAccess = access is not null && ofCpus is not null && AreSame(access, ofCpus) ? null : ofCpus,
            SideCaches = [.. SideCaches($"{DumpPaths.Node}/node{node.Number}/memory_side_cache")],
            // A tier that the kernel chooses without knowing the performance needs no key.
            Tier = _tiers.TryGetValue(node.Number, out var tier) && (access is not null || tier != UsualTier) ? tier : null,
        };
        var usual = _machine.HugePageKiB;
        var pools = _machine.Config.HugePageSizes.Select(size => (SizeKiB: size, Count: HugePages(node.Number, size))).Where(pool => pool.Count > 0);
        return node with
        {
            Hardware = hardware,
            HugePages = HugePages(node.Number, usual),
            OtherHugePages = [.. pools.Where(pool => pool.SizeKiB != usual).OrderBy(pool => pool.SizeKiB)],
        };
    }

    /// <summary>Number of huge pages of a size in a node's pool; they are free in the machine, because no dump shows who uses them.</summary>
    private int HugePages(int node, int sizeKiB) =>
        (int)Number($"{DumpPaths.Node}/node{node}/hugepages/hugepages-{sizeKiB}kB/nr_hugepages", int.MaxValue);

    private static bool AreSame(NodeAccess one, NodeAccess other) =>
        one.Initiators.SequenceEqual(other.Initiators) && one.Figures.SequenceEqual(other.Figures);

    private NodeAccess? Access(int node, string name, HashSet<int> usable)
    {
        var directory = $"{DumpPaths.Node}/node{node}/{name}/initiators";
        int[] initiators = [.. _dump.List(directory).Select(link => DumpPaths.Number(link, "node")).OfType<int>().Where(usable.Contains).Order()];
        return initiators.Length == 0
            ? null
            : new NodeAccess(initiators)
            {
                Figures = [.. NodeAccess.FigureNames.Select(figure => (int)Number($"{directory}/{figure}", int.MaxValue))],
            };
    }

    private IEnumerable<SideCache> SideCaches(string directory)
    {
        for (var level = 1; level <= SideCache.LevelMax; level++)
        {
            var index = $"{directory}/index{level}";
            if (Number($"{index}/size", long.MaxValue) is not (> 0 and var size))
                yield break;
            yield return new SideCache(
                size, (int)Number($"{index}/line_size", 1 << 16), (int)Number($"{index}/indexing", byte.MaxValue),
                (int)Number($"{index}/write_policy", byte.MaxValue));
        }
    }

    /// <summary>Returns the number in a file; 0 if it has none up to the maximum.</summary>
    private long Number(string path, long max) =>
        long.TryParse(_dump.Read(path), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= max ? number : 0;

    /// <summary>Returns the nodes in a list, as far as they are nodes of the machine.</summary>
    private IEnumerable<int> Nodes(string path) =>
        (DumpPaths.Numbers(_dump.Read(path), NodeDefinition.MaxNumber) ?? []).Intersect(_machine.Nodes.Select(node => node.Number));
}
