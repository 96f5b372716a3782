using HotplugFs.Sysfs.Profiles;

namespace HotplugFs.Sysfs.ObjectSets;

/// <summary>
/// The memory tiers: groups of nodes with memory that is equally fast, of which the one with the smallest number is the fastest. A tier
/// exists while a node in it has online memory (docs/kernels.md, "Memory tiers").
/// </summary>
internal sealed class MemoryTiers : IObjectSet
{
    /// <summary>The abstract distances of a tier are from this times its number on.</summary>
    private const int DistancesPerTier = 128;

    /// <summary>The distance of memory that nothing is known of, in the middle of tier 4.</summary>
    private const long UsualDistance = 4 * DistancesPerTier + DistancesPerTier / 2;

    /// <summary>That of memory of dax devices.</summary>
    private const long DaxDistance = 5 * UsualDistance;

    private readonly Machine _machine;
    private readonly bool _followPerformance;
    private readonly bool _followPerformanceOfDax;
    private readonly Dictionary<int, uint> _removals = [];
    private NodeAccess? _usual;
    private bool _isUsualKnown;

    public MemoryTiers(Machine machine, SysfsProfile profile) =>
        (_machine, _followPerformance, _followPerformanceOfDax) = (machine, profile.TiersFollowPerformance, profile.DaxTiersFollowPerformance);

    /// <summary>Returns the number of the tier in which a node's memory is or would be.</summary>
    public int TierOf(NumaNode node)
    {
        if (node.Hardware.Tier is { } stated)
            return stated;
        var isDax = IsOfDaxOnly(node);
        if (!(_followPerformance || (isDax && _followPerformanceOfDax)) || node.Hardware.CpuAccessIn(_machine) is not { } access
            || Usual() is not { } usual || Latency(access) == 0 || Bandwidth(access) == 0)
            return (int)((isDax ? DaxDistance : UsualDistance) / DistancesPerTier);
        var distance = UsualDistance * Latency(access) / Latency(usual) * Bandwidth(usual) / Bandwidth(access);
        return (int)Math.Min(distance / DistancesPerTier, NodeId.ObjectLimit - 1);
    }

    /// <summary>
    /// True if driver kmem was the first to bring memory to a node. That of DIMMs, which is seldom on such a node, is not looked at.
    /// </summary>
    private bool IsOfDaxOnly(NumaNode node)
    {
        var isDax = false;
        foreach (var region in _machine.Dax.Regions)
            isDax |= region.Node == node && region.Devices.Any(device => device.Driver == DaxDriver.Kmem);
        if (!isDax)
            return false;
        foreach (var range in _machine.MemoryAtBoot)
            if (range.Node == node.Number && range.IsBoot)
                return false;
        return true;
    }

    /// <summary>True if a node of the tier has online memory.</summary>
    public bool Contains(int tier) => Next(0, tier) == tier;

    /// <summary>Appends the members of a tier as a list of ranges.</summary>
    public void AppendNodes(int tier, TextBuffer text) => KernelText.AppendList(text, [.. NodesOf(tier)]);

    /// <summary>Notes that a tier was removed, so that one that is added again is another object.</summary>
    public void Removed(int tier) => _removals[tier] = _removals.GetValueOrDefault(tier) + 1;

    /// <summary>The tiers that exist, ascending.</summary>
    public List<int> All()
    {
        var all = new List<int>();
        for (var tier = Next(0, 0); tier >= 0; tier = Next(0, tier + 1))
            all.Add(tier);
        return all;
    }

    public bool TryGetGeneration(int parent, int number, out uint generation)
    {
        generation = _removals.GetValueOrDefault(number);
        return Contains(number);
    }

    public int Next(int parent, int from)
    {
        var found = -1;
        foreach (var number in _machine.NodeStates.Memory.Members())
            if (TierOf(_machine.FindNode(number)!) is var tier && tier >= from && (found < 0 || tier < found))
                found = tier;
        return found;
    }

    public int Count(int parent) => All().Count;

    private IEnumerable<int> NodesOf(int tier) => _machine.NodeStates.Memory.Members().Where(node => TierOf(_machine.FindNode(node)!) == tier);

    /// <summary>
    /// The access to the usual memory, with which the others are compared: that of the first node with CPUs. Null if it is not known or if
    /// another such node differs by more than a tenth.
    /// </summary>
    private NodeAccess? Usual()
    {
        if (_isUsualKnown)
            return _usual;
        _isUsualKnown = true;
        foreach (var node in _machine.PossibleNodes)
        {
            if (node.Cpus.Count == 0 || node.Hardware.CpuAccessIn(_machine) is not { } access || Latency(access) == 0 || Bandwidth(access) == 0)
                continue;
            _usual ??= access;
            for (var i = 0; i < access.Figures.Count; i++)
                if (Math.Abs((long)access.Figures[i] - _usual.Figures[i]) * 10 > _usual.Figures[i])
                    return _usual = null;
        }
        return _usual;
    }

    private static long Bandwidth(NodeAccess access) => (long)access.Figures[0] + access.Figures[2];

    private static long Latency(NodeAccess access) => (long)access.Figures[1] + access.Figures[3];
}
