namespace HotplugFs.Kernfs.Tests;

/// <summary>A sorted set of objects that counts their generations.</summary>
internal sealed class Objects : IObjectSet
{
    private readonly SortedSet<int> _numbers = [];
    private readonly Dictionary<int, uint> _generations = [];

    public Objects(params int[] numbers)
    {
        foreach (var number in numbers)
            Add(number);
    }

    public bool Add(int number)
    {
        if (!_numbers.Add(number))
            return false;
        _generations[number] = _generations.TryGetValue(number, out var old) ? old + 1 : 0;
        return true;
    }

    public bool Remove(int number) => _numbers.Remove(number);

    public bool TryGetGeneration(int parent, int number, out uint generation)
    {
        generation = 0;
        return _numbers.Contains(number) && _generations.TryGetValue(number, out generation);
    }

    public int Next(int parent, int from)
    {
        if (_numbers.Count == 0 || _numbers.Max < from)
            return -1;
        return _numbers.GetViewBetween(from, int.MaxValue).Min;
    }

    public int Count(int parent) => _numbers.Count;
}
