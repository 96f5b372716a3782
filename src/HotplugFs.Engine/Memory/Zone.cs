namespace HotplugFs.Engine.Memory;

/// <summary>One zone of one node (struct zone). It exists for every type on every node; an unused one spans nothing.</summary>
public sealed class Zone
{
    internal Zone(NumaNode node, ZoneType type)
    {
        Node = node;
        Type = type;
    }

    /// <summary>The node that it is a zone of.</summary>
    public NumaNode Node { get; }

    /// <summary>Which zone of the node.</summary>
    public ZoneType Type { get; }

    /// <summary>From the first to the last page, holes, offline blocks and blocks of other nodes included.</summary>
    public PfnRange Span { get; internal set; }

    /// <summary>What it spanned at boot.</summary>
    internal PfnRange BootSpan { get; set; }

    /// <summary>Pages that are online in it.</summary>
    public long PresentPages { get; internal set; }

    /// <summary>Pages of those that were there at boot (present_early_pages).</summary>
    public long PresentBootPages { get; internal set; }

    /// <summary>Pages of those that the page allocator hands out.</summary>
    public long ManagedPages { get; internal set; }

    /// <summary>True once anything was in it; stays true when it is emptied (legacy.md 3.2).</summary>
    public bool Initialized { get; internal set; }

    /// <summary>The blocks that remember this zone, online or not.</summary>
    public BlockSet Blocks { get; } = new();

    /// <summary>True for the zones that the kernel itself may use.</summary>
    public bool IsKernelZone => Type < ZoneType.Movable;

    /// <inheritdoc/>
    public override string ToString() => $"zone {Type.Name()} of node {Node.Number}";
}
