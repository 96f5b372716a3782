namespace HotplugFs.Sysfs.ObjectSets;

/// <summary>
/// A switch of each object of a kind, such as the setting of a device. It lasts as long as its object: an object that is removed and
/// added again starts with the switch off.
/// </summary>
/// <param name="objects">The objects; null if there is one only, which is never removed.</param>
internal sealed class PerObject(IObjectSet? objects)
{
    private readonly Dictionary<int, (uint Generation, bool Value)> _values = [];

    /// <summary>The switch of an object that is present.</summary>
    public bool this[int obj]
    {
        get => _values.TryGetValue(obj, out var entry) && IsGeneration(obj, entry.Generation) && entry.Value;
        set => _values[obj] = (GenerationOf(obj), value);
    }

    /// <summary>Passes the numbers of the objects whose switch is on through a stream.</summary>
    public void Transfer(StateStream state)
    {
        var on = state.Numbers([.. _values.Keys.Where(obj => this[obj]).Order()]);
        if (!state.IsReading)
            return;
        _values.Clear();
        foreach (var obj in on)
            this[obj] = true;
    }

    private bool IsGeneration(int obj, uint generation) =>
        objects is null || objects.TryGetGeneration(0, obj, out var current) && current == generation;

    private uint GenerationOf(int obj) => objects is not null && objects.TryGetGeneration(0, obj, out var generation) ? generation : 0;
}
