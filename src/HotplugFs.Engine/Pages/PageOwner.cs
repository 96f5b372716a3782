namespace HotplugFs.Engine.Pages;

/// <summary>Something that has pages in use: a load, the page descriptors of added memory, a node's pool of huge pages.</summary>
internal sealed class PageOwner(ushort number, PageKind kind)
{
    private readonly OrderedDictionary<PagePlace, int> _places = [];

    /// <summary>The owner's number in <see cref="BlockPages"/>, from 1 on.</summary>
    public ushort Number { get; } = number;

    /// <summary>What all its pages hold.</summary>
    public PageKind Kind { get; } = kind;

    /// <summary>The node whose CPU allocates its pages; null if the machine has no CPU.</summary>
    public NumaNode? RunsOn { get; init; }

    /// <summary>True if its memory policy is interleave.</summary>
    public bool IsInterleaved { get; init; }

    /// <summary>True if its pages are taken from blocks with pages of the kernel first, so that other blocks can still go offline.</summary>
    public bool PrefersKernelBlocks { get; init; }

    /// <summary>Pages in each of its huge pages; 1 if it has none.</summary>
    public int PagesPerUnit { get; init; } = 1;

    /// <summary>
    /// The number of the owner that gets its huge pages when they are divided into single pages; 0 if they never are. Only transparent huge
    /// pages are.
    /// </summary>
    public ushort SinglePages { get; init; }

    /// <summary>Number of its pages.</summary>
    public long Pages { get; private set; }

    /// <summary>Where the pages are, in the order in which the places were first used.</summary>
    public IReadOnlyList<KeyValuePair<PagePlace, int>> Places => _places;

    /// <summary>The same places, as machine files hold them.</summary>
    public IEnumerable<PagesInBlock> PagesInBlocks =>
        _places.Select(place => new PagesInBlock(place.Key.Block, place.Key.Zone.Type, place.Value));

    /// <summary>Counts pages that were taken at a place, or freed there if the number is negative.</summary>
    public void Count(PagePlace place, int pages)
    {
        Pages += pages;
        var now = _places.GetValueOrDefault(place) + pages;
        if (now > 0)
            _places[place] = now;
        else
            _places.Remove(place);
    }

    /// <summary>Passes the numbers of pages through a stream, in the order in which they were allocated.</summary>
    /// <param name="memory">The zones that the pages are in.</param>
    public void Transfer(StateStream state, PhysicalMemory memory)
    {
        Pages = state.Number(Pages);
        var places = state.List(_places, place => new(place.Key.Transfer(state, memory), state.Number(place.Value)));
        foreach (var (place, pages) in state.IsReading ? places : [])
            _places.Add(place, pages);
    }
}

/// <summary>The part of a block that is in one zone.</summary>
/// <param name="Zone">The zone; a block that straddles a zone boundary has several parts.</param>
internal readonly record struct PagePlace(BlockId Block, Zone Zone)
{
    /// <summary>Passes the place through a stream.</summary>
    public PagePlace Transfer(StateStream state, PhysicalMemory memory)
    {
        var block = new BlockId(state.Number(Block.Number));
        var node = memory.TransferNode(state, Zone?.Node)!;
        return new PagePlace(block, node.Zone((ZoneType)state.Number((int)(Zone?.Type ?? default))));
    }
}
