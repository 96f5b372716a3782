using System.Collections;

namespace HotplugFs.Engine.Memory;

/// <summary>The DIMMs that are plugged, by index, name and slot; enumerated in the order of plugging.</summary>
public sealed class DimmSlots : IEnumerable<Dimm>
{
    // Indexes are never used again, so after long use the list is mostly empty.
    private readonly List<Dimm?> _dimms = [];
    private readonly BlockSet _indexes = new();
    private readonly Dictionary<string, Dimm> _byId = [];
    private readonly SortedSet<int> _freeSlots = [];

    /// <summary>How often a state was restored, which is the generation of DIMMs that are plugged now.</summary>
    private uint _generation;

    internal DimmSlots()
    {
    }

    /// <summary>False if every DIMM has a slot that none had before: an ejected one leaves its blocks behind.</summary>
    internal bool ReusesSlots { get; set; } = true;

    /// <summary>Number of DIMMs.</summary>
    public int Count => _byId.Count;

    /// <summary>Returns the lowest index in use that is at least <paramref name="from"/>, or -1.</summary>
    public int NextIndex(int from) => _indexes.Next(from);

    /// <summary>Finds a DIMM by its index.</summary>
    /// <param name="index">An index; -1, that of a block without a DIMM, is allowed.</param>
    /// <returns>The DIMM, or null if it was unplugged or never existed.</returns>
    public Dimm? At(int index) => index >= 0 && index < _dimms.Count ? _dimms[index] : null;

    /// <summary>Finds a DIMM by its name.</summary>
    /// <returns>The DIMM, or null if no DIMM has this name.</returns>
    public Dimm? Find(string id) => _byId.GetValueOrDefault(id);

    /// <summary>Finds the DIMM in whose range a block is, present or not. Takes time with the number of DIMMs.</summary>
    internal Dimm? Around(int block)
    {
        for (var index = NextIndex(0); index >= 0; index = NextIndex(index + 1))
            if (_dimms[index] is { } dimm && block >= dimm.First.Number && block <= dimm.Last.Number)
                return dimm;
        return null;
    }

    /// <inheritdoc/>
    public IEnumerator<Dimm> GetEnumerator()
    {
        for (var index = NextIndex(0); index >= 0; index = NextIndex(index + 1))
            yield return _dimms[index]!;
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Adds a DIMM in the lowest free slot.</summary>
    internal Dimm Add(string id, NumaNode node, BlockId first, int count, long memmapPages)
    {
        // Without a free slot below, the next one is the number of DIMMs.
        var slot = !ReusesSlots ? _dimms.Count : _freeSlots.Count > 0 ? _freeSlots.Min : _byId.Count;
        _freeSlots.Remove(slot);
        var dimm = new Dimm(_dimms.Count, id, slot, node, first, count, memmapPages) { Generation = _generation };
        _dimms.Add(dimm);
        Register(dimm);
        return dimm;
    }

    private void Register(Dimm dimm)
    {
        _indexes.Add(dimm.Index);
        _byId.Add(dimm.Id, dimm);
    }

    /// <summary>Removes a DIMM and frees its slot.</summary>
    internal void Remove(Dimm dimm)
    {
        _dimms[dimm.Index] = null;
        _indexes.Remove(dimm.Index);
        _byId.Remove(dimm.Id);
        _freeSlots.Add(dimm.Slot);
    }

    /// <summary>Passes the DIMMs through a stream. One that was unplugged since it was written gets a new generation.</summary>
    /// <param name="findNode">Returns a node by its number.</param>
    internal void Transfer(StateStream state, Func<int, NumaNode?> findNode)
    {
        _generation += state.IsReading ? 1u : 0;
        var count = state.Number(_dimms.Count);
        var dimms = state.List([.. this], dimm => Transfer(state, dimm, findNode));
        var freeSlots = state.Numbers(_freeSlots);
        if (!state.IsReading)
            return;
        _dimms.Clear();
        _dimms.AddRange(Enumerable.Repeat<Dimm?>(null, count));
        _indexes.Take(new BlockSet());
        _byId.Clear();
        _freeSlots.Clear();
        _freeSlots.UnionWith(freeSlots);
        foreach (var dimm in dimms)
        {
            _dimms[dimm.Index] = dimm;
            Register(dimm);
        }
    }

    private Dimm Transfer(StateStream state, Dimm? dimm, Func<int, NumaNode?> findNode)
    {
        var (index, generation) = (state.Number(dimm?.Index ?? 0), state.Number(dimm?.Generation ?? 0));
        var passed = new Dimm(
            index, state.Text(dimm?.Id ?? ""), state.Number(dimm?.Slot ?? 0), findNode(state.Number(dimm?.Node.Number ?? 0))!,
            new BlockId(state.Number(dimm?.First.Number ?? 0)), state.Number(dimm?.Count ?? 0), state.Number(dimm?.MemmapPages ?? 0))
        {
            Generation = At(index)?.Generation == generation ? generation : _generation,
        };
        (dimm ?? passed).Transfer(state);
        return passed;
    }
}
