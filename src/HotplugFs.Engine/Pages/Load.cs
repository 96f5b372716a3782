namespace HotplugFs.Engine.Pages;

/// <summary>Memory that a simulated program or the kernel uses.</summary>
public sealed class Load
{
    private readonly int _pageSizeBytes;

    internal Load(int index, string id, PageKind kind, LoadPlacement placement, PageOwner owner, PageOwner? single, int pageSizeBytes) =>
        (Index, Id, Kind, Placement, Owner, SinglePages, _pageSizeBytes) = (index, id, kind, placement, owner, single, pageSizeBytes);

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
    public long ResidentBytes => Pages * _pageSizeBytes;

    /// <summary>
    /// Where its pages are, in the order in which it got them; first its transparent huge pages, which have a size, and then single pages.
    /// </summary>
    public IEnumerable<PagesInBlock> Places => SinglePages is null
        ? Owner.PagesInBlocks
        : Owner.PagesInBlocks.Select(place => place with { HugePageKiB = TransparentHugePageKiB }).Concat(SinglePages.PagesInBlocks);

    /// <summary>The pages in each block that has some, ascending.</summary>
    public IReadOnlyDictionary<BlockId, long> PagesByBlock => Sum(place => place.Block);

    /// <summary>The pages on each node that has some, ascending.</summary>
    public IReadOnlyDictionary<int, long> PagesByNode => Sum(place => place.Zone.Node.Number);

    /// <summary>Number of its pages.</summary>
    public long Pages => Owner.Pages + (SinglePages?.Pages ?? 0);

    internal PageOwner Owner { get; }

    /// <summary>Who has those of its pages that are not in transparent huge pages; null for a load of another kind.</summary>
    internal PageOwner? SinglePages { get; }

    /// <summary>True if an owner has pages of this load.</summary>
    internal bool Has(PageOwner owner) => owner == Owner || owner == SinglePages;

    private int TransparentHugePageKiB => (int)((long)Owner.PagesPerUnit * _pageSizeBytes >> 10);

    /// <summary>Which life of the load this is, if restoring a state has brought it back.</summary>
    public uint Generation { get; init; }

    private SortedDictionary<TKey, long> Sum<TKey>(Func<PagePlace, TKey> key)
        where TKey : notnull
    {
        SortedDictionary<TKey, long> sums = [];
        foreach (var (place, pages) in Owner.Places.Concat(SinglePages?.Places ?? []))
            sums[key(place)] = sums.GetValueOrDefault(key(place)) + pages;
        return sums;
    }
}
