namespace HotplugFs.Sysfs.Control;

/// <summary>
/// <c>hotplugfs/zones</c>: the span of each node and of each of its zones, one line each, in pages. No file of the kernel has them as
/// exactly. An empty zone is listed if it was initialized, because the rules of 4.9 depend on that. A node that is offline has no zones.
/// </summary>
internal sealed class ZonesText(Machine machine)
{
    /// <summary>The name that the span of a node has in place of a zone's.</summary>
    public const string NodeSpan = "node";

    /// <summary>Shows the spans, in ascending order of nodes and zones.</summary>
    public Result Show(int obj, TextBuffer text)
    {
        foreach (var node in machine.PossibleNodes.Where(node => node.Online))
        {
            if (node.Span.Length != 0 || node.PresentPages != 0)
                AppendSpan(text, node.Number, NodeSpan, node.Span, node.PresentPages + node.MemmapPages, node.ManagedPages).Append('\n');
            foreach (var zone in node.Zones)
                if (zone.Initialized || zone.Span.Length != 0 || zone.PresentPages != 0)
                    AppendZone(text, zone);
        }
        return Result.Ok;
    }

    private static void AppendZone(TextBuffer text, Zone zone) =>
        AppendSpan(text, zone.Node.Number, zone.Type.Name(), zone.Span, zone.PresentPages, zone.ManagedPages)
            .Append(" initialized="u8).Append(zone.Initialized ? '1' : '0').Append('\n');

    private static TextBuffer AppendSpan(TextBuffer text, int node, string zone, PfnRange span, long present, long managed) =>
        text.Append("node="u8).Append(node).Append(" zone="u8).Append(zone)
            .Append(" start_pfn="u8).Append(span.Start).Append(" spanned="u8).Append(span.Length)
            .Append(" present="u8).Append(present).Append(" managed="u8).Append(managed);
}
