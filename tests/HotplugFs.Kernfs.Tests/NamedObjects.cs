namespace HotplugFs.Kernfs.Tests;

/// <summary>A set of named objects, numbered in the order in which they were added.</summary>
internal sealed class NamedObjects : INamedObjectSet
{
    private readonly List<string?> _names = [];

    public void Add(string name) => _names.Add(name);

    public void Remove(string name) => _names[_names.IndexOf(name)] = null;

    public bool TryFind(int parent, ReadOnlySpan<byte> name, out int number)
    {
        number = _names.IndexOf(Encoding.UTF8.GetString(name));
        return number >= 0;
    }

    public void AppendName(int parent, int number, TextBuffer text) => text.Append(_names[number]!);

    public bool TryGetGeneration(int parent, int number, out uint generation)
    {
        generation = 0;
        return number < _names.Count && _names[number] is not null;
    }

    public int Next(int parent, int from) => from >= _names.Count ? -1 : _names.FindIndex(from, name => name is not null);

    public int Count(int parent) => _names.Count(name => name is not null);
}
