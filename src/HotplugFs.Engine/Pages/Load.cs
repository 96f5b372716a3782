namespace HotplugFs.Engine.Pages;

/// <summary>Memory that a simulated program or the kernel uses.</summary>
public sealed class Load
{
    private readonly int _pageSizeBytes;

    internal Load(int index, string id, PageKind kind, LoadPlacement placement, PageOwner owner, int pageSizeBytes) =>
        (Index, Id, Kind, Placement, Owner, _pageSizeBytes) = (index, id, kind, placement, owner, pageSizeBytes);

    /// <summary>Number in the order of starts; never used again.</summary>
    public int Index { get; }

    /// <summary>The user's name for it.</summary>
    public string Id { get; }

    /// <summary>What its pages hold.</summary>
    public PageKind Kind { get; }

    /// <summary>Where its pages are allocated.</summary>
    public LoadPlacement Placement { get; }

    /// <summary>The size that was asked for, in bytes.</summary>
    public long SizeBytes { get; internal set; }

    /// <summary>The size of the memory that it has, in bytes: whole pages.</summary>
    public long ResidentBytes => Owner.Pages * _pageSizeBytes;

    /// <summary>Where its pages are, in the order in which it got them.</summary>
    public IEnumerable<PagesInBlock> Places => Owner.PagesInBlocks;

    /// <summary>The pages in each block that has some, ascending.</summary>
    public IReadOnlyDictionary<BlockId, long> PagesByBlock => Sum(place => place.Block);

    /// <summary>The pages on each node that has some, ascending.</summary>
    public IReadOnlyDictionary<int, long> PagesByNode => Sum(place => place.Zone.Node.Number);

    internal PageOwner Owner { get; }

    /// <summary>Which life of the load this is, if restoring a state has brought it back.</summary>
    public uint Generation { get; init; }

    private SortedDictionary<TKey, long> Sum<TKey>(Func<PagePlace, TKey> key)
        where TKey : notnull
    {
        SortedDictionary<TKey, long> sums = [];
        foreach (var (place, pages) in Owner.Places)
            sums[key(place)] = sums.GetValueOrDefault(key(place)) + pages;
        return sums;
    }
}
