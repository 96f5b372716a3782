using HotplugFs.Engine.Processors;

namespace HotplugFs.Machines.Dumps;

/// <summary>Reads how the CPUs of a dump are arranged, as far as <see cref="CpuDefinition"/> can hold it.</summary>
/// <param name="nodes">The nodes, with all CPUs that have a directory.</param>
internal sealed class CpuDump(IDump dump, Losses losses, IReadOnlyList<NodeDefinition> nodes)
{
    /// <summary>The highest number of a CPU.</summary>
    internal const int CpuMax = 8191;

    private readonly HashSet<int> _present = [.. nodes.SelectMany(node => node.Cpus)];

    /// <summary>The CPUs that have a directory, and that are offline.</summary>
    public static int[] Offline(IDump dump)
    {
        var online = DumpPaths.Numbers(dump.Read($"{DumpPaths.Cpu}/online"), CpuMax);
        return online is null
            ? []
            : [.. dump.List(DumpPaths.Cpu).Select(name => DumpPaths.Number(name, "cpu")).OfType<int>()
                .Where(cpu => cpu <= CpuMax).Order().Except(online)];
    }

    /// <summary>Returns the node that has a CPU, by its link; null if there is none.</summary>
    public static int? NodeOf(IDump dump, int cpu) => dump.List($"{DumpPaths.Cpu}/cpu{cpu}")
        .Select(name => DumpPaths.Number(name, "node"))
        .FirstOrDefault(node => node is not null);

    /// <summary>Returns the arrangement, the CPUs that are offline and the caches.</summary>
    public CpuDefinition Read()
    {
        if (dump.List(DumpPaths.Cpu).Count == 0)
            return new CpuDefinition();
        int[] offline = [.. Offline(dump).Where(_present.Contains)];
        int[] online = [.. _present.Except(offline).Order()];
        if (online.Length == 0)
            return new CpuDefinition();
        var possible = DumpPaths.Numbers(dump.Read($"{DumpPaths.Cpu}/possible"), CpuMax) ?? [];
        var definition = Arrange(online, offline) with
        {
            Offline = offline,
            Possible = possible.All(_present.Contains) ? [] : [.. possible],
        };
        return definition with { Caches = Caches(online, new CpuTopology(definition, nodes)) };
    }

    private CpuDefinition Arrange(int[] online, int[] offline)
    {
        var packages = Groups(online, cpu => Text(cpu, "physical_package_id"));
        var dies = Groups(online, cpu => $"{Text(cpu, "physical_package_id")} {Text(cpu, "die_id")}");
        var cores = Groups(online, cpu => Text(cpu, "core_cpus_list") ?? Text(cpu, "thread_siblings_list"));
        if (cores.Count == 0)
        {
            losses.Add("the dump", $"no {DumpPaths.Cpu}/cpuN/topology; each CPU is a core");
            return new CpuDefinition();
        }
        var diesOfPackage = Math.Max(dies.Count / Math.Max(packages.Count, 1), 1);
        var regular = new CpuDefinition
        {
            Packages = packages.Count == 0 || packages.Count == nodes.Count(node => node.Cpus.Count > 0) ? null : new CpuGrouping(packages.Count),
            Dies = diesOfPackage == 1 ? null : new CpuGrouping(diesOfPackage),
            Threads = cores.Max(core => core.Count),
        };
        if (IsArranged(regular, online, packages, dies, cores))
            return regular;
        foreach (var cpu in offline)
        {
            losses.Add($"cpu{cpu}", "it is offline, and nothing shows its core; it is taken for a core of its own");
            cores.Add([cpu]);
            foreach (var groups in (ReadOnlySpan<List<List<int>>>)[packages, dies])
                (groups.Find(group => group.Exists(Neighbor(cpu).Contains)) ?? groups[0]).Add(cpu);
        }
        return new CpuDefinition { Packages = Lists(packages), Dies = diesOfPackage == 1 ? null : Lists(dies), Cores = Lists(cores) };
    }

    private IReadOnlyList<int> Neighbor(int cpu) => nodes.First(node => node.Cpus.Contains(cpu)).Cpus;

    private bool IsArranged(CpuDefinition definition, int[] online, List<List<int>> packages, List<List<int>> dies, List<List<int>> cores)
    {
        try
        {
            var topology = new CpuTopology(definition, nodes);
            return Same(packages, cpu => topology[cpu].Package) && Same(dies, cpu => topology[cpu].Die) && Same(cores, cpu => topology[cpu].Core);
        }
        catch (ArgumentException)
        {
            // The number of CPUs cannot be divided so.
            return false;
        }

        bool Same(List<List<int>> groups, Func<int, CpuGroup> groupOf) =>
            groups.TrueForAll(group => group.SequenceEqual(groupOf(group[0]).Cpus.Intersect(online)));
    }

    /// <summary>Returns the caches of the first CPU; null for the usual ones.</summary>
    private List<CpuCache>? Caches(int[] online, CpuTopology topology)
    {
        var first = online[0];
        List<CpuCache> caches = [];
        foreach (var index in dump.List($"{DumpPaths.Cpu}/cpu{first}/cache")
            .Where(name => name.StartsWith("index", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            string? Of(string file) => dump.Read($"{DumpPaths.Cpu}/cpu{first}/cache/{index}/{file}");
            var type = Of("type") switch { "Data" => "d", "Instruction" => "i", _ => "" };
            var sharers = DumpPaths.Numbers(Of("shared_cpu_list"), CpuMax) ?? [first];
            var text = $"L{Of("level")}{type} {Of("size")} ways={Of("ways_of_associativity")} line={Of("coherency_line_size") ?? "64"}";
            if (CpuCache.TryParse(text, out var cache, out var problem))
                caches.Add(Shared(cache, first, sharers, online, topology));
            else
                losses.Add($"{index} of cpu{first}", $"the cache is left out: {problem}");
        }
        if (online.Any(cpu => dump.List($"{DumpPaths.Cpu}/cpu{cpu}/cache").Count != dump.List($"{DumpPaths.Cpu}/cpu{first}/cache").Count))
            losses.Add("the dump", "CPUs have different caches; those of the first are kept");
        return caches.Count == 0 || caches.SequenceEqual(CpuDefinition.UsualCaches) ? null : caches;
    }

    private CpuCache Shared(CpuCache cache, int cpu, IReadOnlyList<int> sharers, int[] online, CpuTopology topology)
    {
        foreach (var sharing in (ReadOnlySpan<CacheSharing>)
            [CacheSharing.Core, CacheSharing.Cpu, CacheSharing.Package, CacheSharing.Die, CacheSharing.Node])
        {
            var shared = cache with { Sharing = sharing };
            if (topology.Sharers(cpu, shared).Cpus.Intersect(online).SequenceEqual(sharers))
                return shared;
        }
        var cores = Math.Max(sharers.Count / Math.Max(topology[cpu].Core.Cpus.Count, 1), 1);
        var divided = cache with { Sharing = CacheSharing.Cores, Cores = cores };
        if (!topology.Sharers(cpu, divided).Cpus.Intersect(online).SequenceEqual(sharers))
            losses.Add($"L{cache.Level} of cpu{cpu}", $"its CPUs are no group of cores; it is taken for a cache of {cores} cores");
        return divided;
    }

    private string? Text(int cpu, string file) => dump.Read($"{DumpPaths.Cpu}/cpu{cpu}/topology/{file}");

    /// <summary>Returns the CPUs with the same text, in the order of their first CPU; none if a CPU has no text.</summary>
    private static List<List<int>> Groups(int[] cpus, Func<int, string?> textOf)
    {
        var groups = new OrderedDictionary<string, List<int>>();
        foreach (var cpu in cpus)
        {
            if (textOf(cpu) is not { } text)
                return [];
            if (!groups.TryGetValue(text, out var group))
                groups.Add(text, group = []);
            group.Add(cpu);
        }
        return [.. groups.Values];
    }

    private static CpuGrouping? Lists(List<List<int>> groups) =>
        groups.Count == 0 ? null : new CpuGrouping(0, [.. groups.Select(group => group.Order().ToArray())]);
}
