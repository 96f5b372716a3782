namespace HotplugFs.Engine.Memory;

/// <summary>How many pages of a zone are in use, by kind.</summary>
public sealed class ZoneUsage
{
    private readonly long[] _pages = new long[PageKinds.Count];

    /// <summary>Number of pages of a kind.</summary>
    public long this[PageKind kind] => _pages[(int)kind];

    /// <summary>Number of pages of all kinds.</summary>
    public long Total { get; private set; }

    /// <summary>Number of those pages of the kernel that hold page descriptors, which no statistic counts.</summary>
    public long Descriptors { get; internal set; }

    /// <summary>Number of free pages in blocks that are going offline, which cannot be allocated.</summary>
    public long Isolated { get; internal set; }

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
    }
}
