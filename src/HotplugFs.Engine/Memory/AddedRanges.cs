namespace HotplugFs.Engine.Memory;

/// <summary>
/// The ranges of memory that were added after boot, in the order of their numbers, which the firmware's map has entries of
/// (firmware_map_add_hotplug). A number is never used again (docs/kernels.md, "Identity").
/// </summary>
public sealed class AddedRanges
{
    private readonly SortedDictionary<int, (BlockId First, int Count)> _ranges = [];
    private int _next;

    /// <summary>How often a range was added or removed.</summary>
    public int Changes { get; private set; }

    /// <summary>The numbers of the ranges, ascending.</summary>
    public IReadOnlyCollection<int> Numbers => _ranges.Keys;

    /// <summary>Finds a range by its number.</summary>
    public bool TryGet(int number, out (BlockId First, int Count) range) => _ranges.TryGetValue(number, out range);

    internal void Add(BlockId first, int count)
    {
        _ranges.Add(_next++, (first, count));
        Changes++;
    }

    /// <summary>Removes the entry of a range; nothing if no single entry has exactly this range, as in the kernel.</summary>
    internal void Remove(BlockId first, int count)
    {
        foreach (var (number, range) in _ranges)
        {
            if (range != (first, count))
                continue;
            _ranges.Remove(number);
            Changes++;
            return;
        }
    }

    /// <summary>Passes the ranges through a stream.</summary>
    internal void Transfer(StateStream state)
    {
        _next = state.Number(_next);
        Changes = state.Number(Changes);
        var ranges = state.List(_ranges.ToArray(), range => KeyValuePair.Create(
            state.Number(range.Key), (new BlockId(state.Number(range.Value.First.Number)), state.Number(range.Value.Count))));
        if (!state.IsReading)
            return;
        _ranges.Clear();
        foreach (var (number, range) in ranges)
            _ranges.Add(number, range);
    }
}
