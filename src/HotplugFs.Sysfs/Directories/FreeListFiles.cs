using System.Collections.Immutable;

namespace HotplugFs.Sysfs.Directories;

/// <summary>
/// <c>/proc/buddyinfo</c> and <c>/proc/pagetypeinfo</c>: the free pages of the populated zones by the size of their pieces
/// (docs/kernels.md, "Free lists").
/// </summary>
/// <param name="types">The names of the types of pageblocks, in the kernel's order.</param>
internal sealed class FreeListFiles(Machine machine, ImmutableArray<string> types)
{
    /// <summary>Computes an index of an order from the number of free pieces of each order.</summary>
    private delegate long IndexOfOrder(ReadOnlySpan<long> orders, int order);

    private readonly long[] _orders = new long[machine.FreeLists.Orders];

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
            var pageblock = machine.FreeLists.PageblockOrder;
            text.Append($"Page block order: {pageblock}\nPages per block:  {1 << pageblock}\n\n");
            text.Append($"{"Free pages count per migrate type at order",-43} ");
            for (var order = 0; order < _orders.Length; order++)
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

    /// <summary>
    /// Shows <c>extfrag/unusable_index</c>: which part of a zone's free memory is in pieces smaller than each order, in thousandths.
    /// </summary>
    public Result ShowUnusable(int obj, TextBuffer text) => ShowIndexes(text, static (orders, order) =>
    {
        var (pages, _, suitable) = Summarize(orders, order);
        return pages == 0 ? 1000 : (pages - (suitable << order)) * 1000 / pages;
    });

    /// <summary>
    /// Shows <c>extfrag/extfrag_index</c>: whether an allocation of each order would fail for lack of memory (0) or because memory is
    /// scattered (1), in thousandths; -1 if it would succeed.
    /// </summary>
    public Result ShowFragmentation(int obj, TextBuffer text) => ShowIndexes(text, static (orders, order) =>
    {
        var (pages, pieces, suitable) = Summarize(orders, order);
        if (pieces == 0 || suitable > 0)
            return pieces == 0 ? 0 : -1000;
        return 1000 - (1000 + pages * 1000 / (1L << order)) / pieces;
    });

    /// <summary>Counts the free pages, the free pieces, and the pieces of an order that are or can be split off.</summary>
    private static (long Pages, long Pieces, long Suitable) Summarize(ReadOnlySpan<long> orders, int order)
    {
        var (pages, pieces, suitable) = (0L, 0L, 0L);
        for (var i = 0; i < orders.Length; i++)
        {
            (pages, pieces) = (pages + (orders[i] << i), pieces + orders[i]);
            if (i >= order)
                suitable += orders[i] << (i - order);
        }
        return (pages, pieces, suitable);
    }

    private Result ShowIndexes(TextBuffer text, IndexOfOrder index)
    {
        foreach (var zone in machine.PossibleNodes.SelectMany(Populated))
        {
            Array.Clear(_orders);
            machine.FreeLists.Count(zone, _orders);
            text.Append($"Node {zone.Node.Number}, zone {zone.Type.Name(),8} ");
            for (var order = 0; order < _orders.Length; order++)
            {
                var thousandths = index(_orders, order);
                text.Append($"{thousandths / 1000}.{Math.Abs(thousandths % 1000):D3} ");
            }
            text.Append('\n');
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
