namespace HotplugFs.Sysfs.ObjectSets;

/// <summary>
/// A value for each object of a kind, such as the setting of a device. It lasts as long as its object: an object that is removed and
/// added again starts with the initial value.
/// </summary>
/// <param name="generation">Returns the generation of an object that is present.</param>
/// <param name="initial">The value that a new object has.</param>
internal sealed class PerObject<T>(Func<int, uint> generation, T initial)
{
    private readonly Dictionary<int, (uint Generation, T Value)> _values = [];

    /// <summary>The value of an object that is present.</summary>
    public T this[int obj]
    {
        get => _values.TryGetValue(obj, out var entry) && entry.Generation == generation(obj) ? entry.Value : initial;
        set => _values[obj] = (generation(obj), value);
    }
}
