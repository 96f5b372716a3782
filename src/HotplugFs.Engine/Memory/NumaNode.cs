namespace HotplugFs.Engine.Memory;

/// <summary>One NUMA node that the machine can have (struct pglist_data).</summary>
public sealed class NumaNode
{
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

    /// <summary>Numbers of its CPUs, ascending.</summary>
    public IReadOnlyList<int> Cpus { get; }

    /// <summary>Distance to each possible node, by position; 10 to itself.</summary>
    public IReadOnlyList<int> Distances { get; }

    /// <summary>True while the node has a directory: it has memory, online or not, or a CPU.</summary>
    public bool Online { get; internal set; }

    /// <summary>Number of times the node came online.</summary>
    public uint Generation { get; internal set; }

    /// <summary>Number of its pages that a hardware error took out of use (hard_offline_page).</summary>
    public long HardwareFailures { get; internal set; }

    /// <summary>From its first to its last page.</summary>
    public PfnRange Span { get; internal set; }

    /// <summary>The blocks of this node, whatever their state.</summary>
    public BlockSet Blocks { get; } = new();

    /// <summary>Its zones, by type.</summary>
    public IReadOnlyList<Zone> Zones => _zones;

    /// <summary>One of its zones.</summary>
    /// <param name="type">Which.</param>
    public Zone Zone(ZoneType type) => _zones[(int)type];

    /// <summary>
    /// Empties all spans, as for a node that comes online again, whatever they were; zones that were in use stay initialized.
    /// </summary>
    internal void ClearSpans()
    {
        Span = PfnRange.Empty;
        foreach (var zone in _zones)
            zone.Span = PfnRange.Empty;
    }

    /// <summary>Pages that are online in the zones up to this one.</summary>
    /// <param name="last">The last zone to count.</param>
    public long PresentPagesUpTo(ZoneType last)
    {
        var pages = 0L;
        for (var type = 0; type <= (int)last; type++)
            pages += _zones[type].PresentPages;
        return pages;
    }

    /// <summary>Pages that are online on the node.</summary>
    public long PresentPages => PresentPagesUpTo(ZoneType.Device);

    /// <summary>Pages that the page allocator hands out on the node.</summary>
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
}
