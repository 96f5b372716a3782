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
        var dimm = new Dimm(_dimms.Count, id, slot, node, first, count, memmapPages);
        _dimms.Add(dimm);
        _indexes.Add(dimm.Index);
        _byId.Add(id, dimm);
        return dimm;
    }

    /// <summary>Removes a DIMM and frees its slot.</summary>
    internal void Remove(Dimm dimm)
    {
        _dimms[dimm.Index] = null;
        _indexes.Remove(dimm.Index);
        _byId.Remove(dimm.Id);
        _freeSlots.Add(dimm.Slot);
    }
}
