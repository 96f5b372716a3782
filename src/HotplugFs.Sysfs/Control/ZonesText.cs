using HotplugFs.Abi;
using HotplugFs.Engine;
using HotplugFs.Engine.Memory;

namespace HotplugFs.Sysfs.Control;

/// <summary>
/// <c>hotplugfs/zones</c>: what no file of the kernel tells as exactly, one line for each node's span and for each of its zones. Numbers
/// are pages. A zone that spans nothing is listed too once anything was in it, for that changes what the rules of 4.4 and 4.9 say.
/// </summary>
internal sealed class ZonesText(Machine machine)
{
    /// <summary>What stands for the zone in the line of a node's span.</summary>
    public const string NodeSpan = "node";

    /// <summary>Shows them, nodes and zones ascending.</summary>
    public Result Show(int obj, TextBuffer text)
    {
        foreach (var node in machine.PossibleNodes)
        {
            if (node.Span.Length != 0 || node.PresentPages != 0)
                AppendFigures(text, node.Number, NodeSpan, node.Span, node.PresentPages, node.ManagedPages).Append('\n');
            foreach (var zone in node.Zones)
                if (zone.Initialized || zone.Span.Length != 0 || zone.PresentPages != 0)
                    AppendZone(text, zone);
        }
        return Result.Ok;
    }

    private static void AppendZone(TextBuffer text, Zone zone) =>
        AppendFigures(text, zone.Node.Number, zone.Type.Name(), zone.Span, zone.PresentPages, zone.ManagedPages)
            .Append(" initialized="u8).Append(zone.Initialized ? '1' : '0').Append('\n');

    private static TextBuffer AppendFigures(TextBuffer text, int node, string zone, PfnRange span, long present, long managed) =>
        text.Append("node="u8).Append(node).Append(" zone="u8).Append(zone)
            .Append(" start_pfn="u8).Append(span.Start).Append(" spanned="u8).Append(span.Length)
            .Append(" present="u8).Append(present).Append(" managed="u8).Append(managed);
}
