using HotplugFs.Engine.Processors;

namespace HotplugFs.Engine;

/// <summary>The packages, dies and cores of a machine.</summary>
public sealed class CpuTopology
{
    private readonly Dictionary<int, CpuPlace> _places = [];
    private readonly Dictionary<int, NodeDefinition> _nodeOf = [];
    private readonly NodeDefinition[] _nodes;

    /// <summary>Arranges the CPUs of the nodes.</summary>
    /// <exception cref="ArgumentException">They cannot be arranged so.</exception>
    public CpuTopology(CpuDefinition definition, IEnumerable<NodeDefinition> nodes)
    {
        _nodes = [.. nodes.Where(node => node.Cpus.Count > 0)];
        foreach (var node in _nodes)
            foreach (var cpu in node.Cpus)
                _nodeOf.Add(cpu, node);
        List<IReadOnlyList<int>> cores = definition.Cores is { Lists.Count: > 0 } given
            ? Complete("cores", given.Lists)
            : [.. _nodes.SelectMany(node => CoresOf(node, definition.Threads))];
        Packages = Group(Packed(definition.Packages, cores), definition);
        var order = 0;
        foreach (var core in Packages.SelectMany(package => package.Parts).SelectMany(die => die.Parts))
            foreach (var cpu in core.Cpus)
                _places.Add(cpu, new CpuPlace(core, order++, _nodeOf[cpu]));
    }

    /// <summary>All packages by number; their parts are the dies, whose parts are the cores.</summary>
    public IReadOnlyList<CpuGroup> Packages { get; }

    /// <summary>Where a CPU is.</summary>
    /// <param name="cpu">A CPU of a node.</param>
    public CpuPlace this[int cpu] => _places[cpu];

    /// <summary>Returns the CPUs that use a cache of a CPU together, and the number of that cache among those of its kind.</summary>
    public (int Id, IReadOnlyList<int> Cpus) Sharers(int cpu, CpuCache cache)
    {
        var place = _places[cpu];
        switch (cache.Sharing)
        {
            case CacheSharing.Cpu:
                return (place.Order, [cpu]);
            case CacheSharing.Die:
                return (place.Die.Index, place.Die.Cpus);
            case CacheSharing.Package:
                return (place.Package.Index, place.Package.Cpus);
            case CacheSharing.Node:
                return (place.Node.Number, place.Node.Cpus);
            case CacheSharing.Cores when cache.Cores > 1:
                var position = place.Core.Index - place.Die.Parts[0].Index;
                var cores = place.Die.Parts.Skip(position / cache.Cores * cache.Cores).Take(cache.Cores).ToArray();
                return (cores[0].Index, [.. cores.SelectMany(core => core.Cpus).Order()]);
            default:
                return (place.Core.Index, place.Core.Cpus);
        }
    }

    /// <summary>Divides the CPUs of a node into cores, and the threads as firmware numbers them.</summary>
    private static IEnumerable<IReadOnlyList<int>> CoresOf(NodeDefinition node, int threads)
    {
        var cpus = node.Cpus;
        if (cpus.Count % threads != 0)
            throw new ArgumentException($"node {node.Number} has {cpus.Count} CPUs, which are no cores of {threads} threads");
        var cores = cpus.Count / threads;
        // Where a node has a run of CPUs for each thread of its cores, the first run has the first threads.
        var areApart = threads > 1 && Enumerable.Range(1, cpus.Count - 1).Where(i => cpus[i] != cpus[i - 1] + 1)
            .SequenceEqual(Enumerable.Range(1, threads - 1).Select(run => run * cores));
        for (var core = 0; core < cores; core++)
        {
            var first = core;
            yield return [.. Enumerable.Range(0, threads).Select(thread => cpus[areApart ? first + thread * cores : first * threads + thread])];
        }
    }

    private List<List<IReadOnlyList<int>>> Packed(CpuGrouping? packages, List<IReadOnlyList<int>> cores)
    {
        if (packages is { Lists.Count: > 0 } given)
            return ByLists("packages", Complete("packages", given.Lists), cores);
        var count = packages?.Count ?? _nodes.Length;
        if (cores.Count == 0)
            return [];
        if (count == 0 || _nodes.Length % count != 0)
            return Split("packages", cores, count);
        var nodesEach = _nodes.Length / count;
        return Sort(cores, count, core => Array.IndexOf(_nodes, _nodeOf[core[0]]) / nodesEach);
    }

    private List<CpuGroup> Group(List<List<IReadOnlyList<int>>> packages, CpuDefinition definition)
    {
        var dieLists = definition.Dies is { Lists.Count: > 0 } lists ? Complete("dies", lists.Lists) : null;
        var (groups, dieIndex, coreIndex) = (new List<CpuGroup>(), 0, 0);
        foreach (var inPackage in packages)
        {
            var package = new CpuGroup(groups.Count, groups.Count, null, All(inPackage));
            groups.Add(package);
            var dies = dieLists is null ? Split("dies", inPackage, definition.Dies?.Count ?? 1) : ByLists("dies", dieLists, inPackage);
            List<CpuGroup> parts = [];
            var core = 0;
            foreach (var inDie in dies)
            {
                if (definition.Cores is { Lists.Count: 0, Count: var wanted } && inDie.Count != wanted)
                    throw new ArgumentException($"a die has {inDie.Count} cores, and cores is {wanted}");
                var die = new CpuGroup(parts.Count, dieIndex++, package, All(inDie));
                die.Parts = [.. inDie.Select(cpus => new CpuGroup(core++, coreIndex++, die, All([cpus])))];
                parts.Add(die);
            }
            package.Parts = parts;
        }
        return groups;
    }

    private static int[] All(IEnumerable<IReadOnlyList<int>> cores) => [.. cores.SelectMany(cpus => cpus).Order()];

    private static List<List<IReadOnlyList<int>>> Split(string what, List<IReadOnlyList<int>> cores, int count) =>
        count > 0 && cores.Count % count == 0
        ? [.. cores.Chunk(Math.Max(cores.Count / count, 1)).Select(part => part.ToList())]
        : throw new ArgumentException($"{cores.Count} cores cannot be divided among {count} {what}");

    /// <summary>Sorts cores into the lists that have all their CPUs.</summary>
    private static List<List<IReadOnlyList<int>>> ByLists(
        string what, List<IReadOnlyList<int>> lists, List<IReadOnlyList<int>> cores)
    {
        var listOf = new Dictionary<int, int>();
        for (var list = 0; list < lists.Count; list++)
            foreach (var cpu in lists[list])
                listOf.Add(cpu, list);
        foreach (var core in cores)
            foreach (var cpu in core)
                if (listOf[cpu] != listOf[core[0]])
                    throw new ArgumentException($"the core of CPU {core[0]} is on two of the {what}");
        return Sort(cores, lists.Count, core => listOf[core[0]]);
    }

    /// <summary>Sorts cores into groups, of which the empty ones are left out.</summary>
    private static List<List<IReadOnlyList<int>>> Sort(List<IReadOnlyList<int>> cores, int count, Func<IReadOnlyList<int>, int> groupOf)
    {
        List<List<IReadOnlyList<int>>> groups = [];
        for (var group = 0; group < count; group++)
            groups.Add([]);
        foreach (var core in cores)
            groups[groupOf(core)].Add(core);
        groups.RemoveAll(group => group.Count == 0);
        return groups;
    }

    /// <summary>Checks that lists have every CPU once.</summary>
    private List<IReadOnlyList<int>> Complete(string what, IReadOnlyList<IReadOnlyList<int>> lists)
    {
        var seen = new HashSet<int>();
        foreach (var cpu in lists.SelectMany(list => list))
        {
            if (!_nodeOf.ContainsKey(cpu))
                throw new ArgumentException($"{what} has CPU {cpu}, which is on no node");
            if (!seen.Add(cpu))
                throw new ArgumentException($"{what} has CPU {cpu} twice");
        }
        return seen.Count == _nodeOf.Count
            ? [.. lists.Where(list => list.Count > 0)]
            : throw new ArgumentException($"{what} lacks CPU {_nodeOf.Keys.Order().First(cpu => !seen.Contains(cpu))}");
    }
}
