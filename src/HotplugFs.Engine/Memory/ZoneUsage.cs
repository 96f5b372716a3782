namespace HotplugFs.Engine.Memory;

/// <summary>How many pages of a zone are in use, by kind.</summary>
public sealed class ZoneUsage
{
    private readonly long[] _pages = new long[PageKinds.Count];

    /// <summary>Pages in huge pages of each size, by the number of pages in one; null before there is one.</summary>
    private SortedList<int, (long InUse, long Free)>? _huge;

    /// <summary>Number of pages of a kind.</summary>
    public long this[PageKind kind] => _pages[(int)kind];

    /// <summary>Number of pages of all kinds.</summary>
    public long Total { get; private set; }

    /// <summary>Number of those pages of the kernel that hold page descriptors, which no statistic counts.</summary>
    public long Descriptors { get; internal set; }

    /// <summary>Number of free pages in blocks that are going offline, which cannot be allocated.</summary>
    public long Isolated { get; internal set; }

    /// <summary>Number of pages in huge pages of a size.</summary>
    /// <param name="pagesPerUnit">Pages in a huge page.</param>
    public (long InUse, long Free) Huge(int pagesPerUnit) => _huge?.GetValueOrDefault(pagesPerUnit) ?? default;

    internal void CountHuge(PageKind kind, int pagesPerUnit, long pages)
    {
        var (inUse, free) = Huge(pagesPerUnit);
        _huge ??= [];
        _huge[pagesPerUnit] = kind == PageKind.HugetlbFree ? (inUse, free + pages) : (inUse + pages, free);
    }

    internal void Count(PageKind kind, long pages)
    {
        _pages[(int)kind] += pages;
        Total += pages;
    }

    internal void Transfer(StateStream state)
    {
        state.Raw(_pages.AsSpan());
        Total = state.Number(Total);
        Descriptors = state.Number(Descriptors);
        Isolated = state.Number(Isolated);
        var huge = state.List(_huge?.ToArray() ?? [], each => new(
            state.Number(each.Key), (state.Number(each.Value.InUse), state.Number(each.Value.Free))));
        if (!state.IsReading)
            return;
        _huge = null;
        foreach (var (size, (inUse, free)) in huge)
            (_huge ??= []).Add(size, (inUse, free));
    }
}
