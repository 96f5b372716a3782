namespace HotplugFs.Engine.Memory;

/// <summary>A zone of a node (struct zone). Every node has a zone of every type; an unused one spans nothing.</summary>
public sealed class Zone
{
    internal Zone(NumaNode node, ZoneType type)
    {
        Node = node;
        Type = type;
    }

    /// <summary>The node that the zone is part of.</summary>
    public NumaNode Node { get; }

    /// <summary>Which of the node's zones it is, in ascending order of addresses.</summary>
    public ZoneType Type { get; }

    /// <summary>The pages from the zone's first to its last, including holes, offline blocks and blocks of other nodes.</summary>
    public PfnRange Span { get; internal set; }

    /// <summary>The span at boot.</summary>
    internal PfnRange BootSpan { get; set; }

    /// <summary>Number of pages that are online in the zone.</summary>
    public long PresentPages { get; internal set; }

    /// <summary>Number of online pages that are boot memory (present_early_pages).</summary>
    public long PresentBootPages { get; internal set; }

    /// <summary>Number of online pages that the page allocator manages.</summary>
    public long ManagedPages { get; internal set; }

    /// <summary>Number of pages of its boot memory that the page allocator never had: what boot kept, and what is in no zone.</summary>
    internal long KeptPages { get; set; }

    /// <summary>How many of its pages are in use.</summary>
    public ZoneUsage Usage { get; } = new();

    /// <summary>What happened to its pages since boot.</summary>
    public ZoneEvents Events { get; } = new();

    /// <summary>Number of pages that can be allocated.</summary>
    public long FreePages => ManagedPages - Usage.Total - Usage.Isolated;

    /// <summary>The watermarks.</summary>
    public ZoneMarks Marks { get; internal set; }

    /// <summary>The blocks that came online since boot, in the order in which their pages are used; null until it is needed.</summary>
    internal int[]? UseOrder { get; set; }

    /// <summary>
    /// True once the zone had memory; stays true after the zone is emptied (docs/kernels.md, "Zone moves up to 4.12").
    /// </summary>
    public bool Initialized { get; internal set; }

    /// <summary>The blocks that remember this zone, online or offline.</summary>
    public BlockSet Blocks { get; } = new();

    /// <summary>True if the kernel itself may use the zone's memory.</summary>
    public bool IsKernelZone => Type < ZoneType.Movable;

    /// <summary>Passes the zone through a stream.</summary>
    internal void Transfer(StateStream state)
    {
        Span = Span.Transfer(state);
        BootSpan = BootSpan.Transfer(state);
        PresentPages = state.Number(PresentPages);
        PresentBootPages = state.Number(PresentBootPages);
        ManagedPages = state.Number(ManagedPages);
        KeptPages = state.Number(KeptPages);
        Marks = new ZoneMarks(state.Number(Marks.Min), state.Number(Marks.Low), state.Number(Marks.High));
        Initialized = state.Flag(Initialized);
        Usage.Transfer(state);
        Events.Transfer(state);
        Blocks.Transfer(state);
        UseOrder = null;
    }

    /// <inheritdoc/>
    public override string ToString() => $"zone {Type.Name()} of node {Node.Number}";
}
