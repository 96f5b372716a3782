namespace HotplugFs.Sysfs.ObjectSets;

/// <summary>A short ascending list of numbers that are never removed, such as the CPUs of a node, as the children of a directory.</summary>
/// <param name="numbers">Returns the list that belongs to a directory's object.</param>
internal sealed class ListedObjects(Func<int, IReadOnlyList<int>> numbers) : IObjectSet
{
    public bool TryGetGeneration(int parent, int number, out uint generation)
    {
        generation = 0;
        return Next(parent, number) == number;
    }

    public int Next(int parent, int from)
    {
        var all = numbers(parent);
        // foreach through the interface allocates.
        for (var i = 0; i < all.Count; i++)
            if (all[i] >= from)
                return all[i];
        return -1;
    }

    public int Count(int parent) => numbers(parent).Count;
}
