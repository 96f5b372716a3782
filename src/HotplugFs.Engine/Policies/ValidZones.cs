using HotplugFs.Engine.Memory;

namespace HotplugFs.Engine.Policies;

/// <summary>What <c>valid_zones</c> says: up to three zones in order, or none.</summary>
public struct ValidZones
{
    private ZoneType _first;
    private ZoneType _second;
    private ZoneType _third;

    /// <summary>Number of zones; 0 is printed as <c>none</c>.</summary>
    public int Count { get; private set; }

    /// <summary>A zone by its place.</summary>
    /// <param name="index">0 to Count - 1.</param>
    public readonly ZoneType this[int index] => index switch
    {
        0 when Count > 0 => _first,
        1 when Count > 1 => _second,
        2 when Count > 2 => _third,
        _ => throw new ArgumentOutOfRangeException(nameof(index)),
    };

    /// <summary>Adds a zone behind the others, unless it is there already.</summary>
    /// <param name="zone">The zone.</param>
    public void Add(ZoneType zone)
    {
        for (var i = 0; i < Count; i++)
            if (this[i] == zone)
                return;
        switch (Count++)
        {
            case 0: _first = zone; break;
            case 1: _second = zone; break;
            case 2: _third = zone; break;
            default: throw new InvalidOperationException("a block has at most three valid zones");
        }
    }

    /// <inheritdoc/>
    public override readonly string ToString()
    {
        if (Count == 0)
            return "none";
        var names = new string[Count];
        for (var i = 0; i < Count; i++)
            names[i] = this[i].Name();
        return string.Join(' ', names);
    }
}
