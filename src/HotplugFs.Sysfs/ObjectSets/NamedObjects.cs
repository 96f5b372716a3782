namespace HotplugFs.Sysfs.ObjectSets;

/// <summary>
/// Objects by the names that users gave them, such as DIMMs and loads. The index of an object is used again only if an older state of the
/// machine is restored.
/// </summary>
/// <param name="at">Returns the object with an index, or null.</param>
/// <param name="find">Returns the index of the object with a name, or null.</param>
/// <param name="generationOf">Returns the generation of an object.</param>
/// <param name="next">Returns the lowest index in use that is at least the given one, or -1.</param>
internal sealed class NamedObjects<T>(Func<int, T?> at, Func<string, int?> find, Func<int, int> next, Func<int> count, Func<T, string> name,
    Func<T, uint> generationOf)
    : INamedObjectSet
    where T : class
{
    public bool TryGetGeneration(int parent, int number, out uint generation)
    {
        var found = at(number);
        generation = found is null ? 0 : generationOf(found);
        return found is not null;
    }

    public int Next(int parent, int from) => next(from);

    public int Count(int parent) => count();

    public bool TryFind(int parent, ReadOnlySpan<byte> name, out int number)
    {
        var found = find(Encoding.UTF8.GetString(name));
        number = found ?? -1;
        return found is not null;
    }

    public void AppendName(int parent, int number, TextBuffer text) => text.Append(name(at(number)!));
}
