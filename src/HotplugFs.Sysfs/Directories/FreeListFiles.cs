using System.Collections.Immutable;
using HotplugFs.Engine.Pages;

namespace HotplugFs.Sysfs.Directories;

/// <summary>
/// <c>/proc/buddyinfo</c> and <c>/proc/pagetypeinfo</c>: the free pages of the populated zones by the size of their pieces
/// (docs/kernels.md, "Free lists").
/// </summary>
/// <param name="types">The names of the types of pageblocks, in the kernel's order.</param>
internal sealed class FreeListFiles(Machine machine, ImmutableArray<string> types)
{
    private const int PageblockOrder = 9;

    private readonly long[] _orders = new long[FreeLists.Orders];

    /// <summary>Shows <c>/proc/buddyinfo</c>.</summary>
    public Result ShowBuddyinfo(int obj, TextBuffer text)
    {
        foreach (var node in machine.PossibleNodes)
        {
            foreach (var zone in Populated(node))
            {
                text.Append($"Node {node.Number}, zone {zone.Type.Name(),8} ");
                AppendOrders(text, zone, type: null);
            }
        }
        return Result.Ok;
    }

    /// <summary>Shows <c>/proc/pagetypeinfo</c>: a table for each node with memory.</summary>
    public Result ShowPagetypeinfo(int obj, TextBuffer text)
    {
        foreach (var node in machine.PossibleNodes.Where(node => node.PresentPages > 0))
        {
            text.Append($"Page block order: {PageblockOrder}\nPages per block:  {FreeLists.PagesPerPageblock}\n\n");
            text.Append($"{"Free pages count per migrate type at order",-43} ");
            for (var order = 0; order < FreeLists.Orders; order++)
                text.AppendPadded(order, 6).Append(' ');
            text.Append('\n');
            foreach (var zone in Populated(node))
            {
                foreach (var type in types)
                {
                    text.Append($"Node {node.Number,4}, zone {zone.Type.Name(),8}, type {type,12} ");
                    AppendOrders(text, zone, type);
                }
            }
            AppendPageblocks(text, node);
        }
        return Result.Ok;
    }

    private static IEnumerable<Zone> Populated(NumaNode node) => node.Zones.Where(zone => zone.PresentPages > 0);

    private static MigrateType? Find(string type) => Enum.TryParse<MigrateType>(type, out var known) ? known : null;

    private void AppendPageblocks(TextBuffer text, NumaNode node)
    {
        text.Append($"\n{"Number of blocks type",-23}");
        foreach (var type in types)
            text.Append($"{type,12} ");
        text.Append('\n');
        foreach (var zone in Populated(node))
        {
            text.Append($"Node {node.Number}, zone {zone.Type.Name(),8} ");
            foreach (var type in types)
                text.AppendPadded(Find(type) is { } known ? machine.FreeLists.Pageblocks(zone, known) : 0, 12).Append(' ');
            text.Append('\n');
        }
    }

    /// <summary>Appends the number of free pieces of each order; types that the simulation does not use have none.</summary>
    /// <param name="type">The name of a type, or null for all types.</param>
    private void AppendOrders(TextBuffer text, Zone zone, string? type)
    {
        Array.Clear(_orders);
        var known = type is null ? null : Find(type);
        if (type is null || known is not null)
            machine.FreeLists.Count(zone, _orders, known);
        foreach (var count in _orders)
            text.AppendPadded(count, 6).Append(' ');
        text.Append('\n');
    }
}
