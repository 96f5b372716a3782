namespace HotplugFs.Engine.Memory;

/// <summary>A NUMA node that the machine can have (struct pglist_data).</summary>
public sealed class NumaNode
{
    /// <summary>The highest node number (MAX_NUMNODES - 1).</summary>
    public const int MaxNumber = 1023;

    private readonly Zone[] _zones;

    internal NumaNode(int number, IReadOnlyList<int> cpus, IReadOnlyList<int> distances)
    {
        Number = number;
        Cpus = cpus;
        Distances = distances;
        _zones = new Zone[ZoneNames.Count];
        for (var type = 0; type < _zones.Length; type++)
            _zones[type] = new Zone(this, (ZoneType)type);
    }

    /// <summary>The N of <c>nodeN</c>, 0 to 1023.</summary>
    public int Number { get; }

    /// <summary>The numbers of the node's CPUs, ascending.</summary>
    public IReadOnlyList<int> Cpus { get; }

    /// <summary>The distances to the possible nodes, in their order; 10 to the node itself.</summary>
    public IReadOnlyList<int> Distances { get; }

    /// <summary>What the firmware states about the node.</summary>
    public NodeHardware Hardware { get; internal init; } = NodeHardware.Plain;

    /// <summary>True while the node has a directory: it has memory, online or not, or a CPU.</summary>
    public bool Online { get; internal set; }

    /// <summary>How often the node came online.</summary>
    public uint Generation { get; internal set; }

    /// <summary>Number of the node's pages that were retired because of hardware errors (hard_offline_page).</summary>
    public long HardwareFailures { get; internal set; }

    /// <summary>Number of hardware errors of pages that the kernel uses, which it can do nothing about.</summary>
    public long IgnoredFailures { get; internal set; }

    /// <summary>The pages from the node's first to its last.</summary>
    public PfnRange Span { get; internal set; }

    /// <summary>The node's blocks, online or offline.</summary>
    public BlockSet Blocks { get; } = new();

    /// <summary>The node's zones, indexed by type.</summary>
    public IReadOnlyList<Zone> Zones => _zones;

    /// <summary>Returns the zone of a type.</summary>
    public Zone Zone(ZoneType type) => _zones[(int)type];

    /// <summary>
    /// Empties all spans, as for a node that comes online again, whatever they were.
    /// </summary>
    /// <param name="areAsNew">False if zones that were in use stay initialized.</param>
    internal void ClearZones(bool areAsNew)
    {
        Span = PfnRange.Empty;
        foreach (var zone in _zones)
        {
            zone.Span = PfnRange.Empty;
            zone.Initialized &= !areAsNew;
        }
    }

    /// <summary>Returns the number of pages that are online in the zones up to <paramref name="last"/>.</summary>
    public long PresentPagesUpTo(ZoneType last)
    {
        var pages = 0L;
        for (var type = 0; type <= (int)last; type++)
            pages += _zones[type].PresentPages;
        return pages;
    }

    /// <summary>
    /// Number of pages that the memory maps of its zones take, where the zones do not count them as present (docs/kernels.md,
    /// "Node statistics").
    /// </summary>
    public long MemmapPages { get; internal set; }

    /// <summary>Number of pages that are online.</summary>
    public long PresentPages => PresentPagesUpTo(ZoneType.Device);

    /// <summary>Number of online pages that the page allocator manages.</summary>
    public long ManagedPages
    {
        get
        {
            var pages = 0L;
            foreach (var zone in _zones)
                pages += zone.ManagedPages;
            return pages;
        }
    }

    /// <summary>Passes the node through a stream. If it was removed since it was written, it gets a new generation.</summary>
    internal void Transfer(StateStream state)
    {
        var (wasOnline, generation) = (Online, Generation);
        Online = state.Flag(Online);
        var isSame = state.Number(Generation) == generation && wasOnline;
        Generation = isSame || !Online ? generation : generation + 1;
        HardwareFailures = state.Number(HardwareFailures);
        IgnoredFailures = state.Number(IgnoredFailures);
        MemmapPages = state.Number(MemmapPages);
        Span = Span.Transfer(state);
        Blocks.Transfer(state);
        foreach (var zone in _zones)
            zone.Transfer(state);
    }
}
