namespace HotplugFs.Sysfs.ObjectSets;

/// <summary>A set of the engine as the children of a directory.</summary>
/// <param name="set">Returns the set that belongs to a directory's object.</param>
/// <param name="generation">Returns the generation of a member.</param>
internal sealed class BlockSetObjects(Func<int, BlockSet> set, Func<int, uint> generation) : IObjectSet
{
    public bool TryGetGeneration(int parent, int number, out uint current)
    {
        var found = set(parent).Contains(number);
        current = found ? generation(number) : 0;
        return found;
    }

    public int Next(int parent, int from) => set(parent).Next(from);

    public int Count(int parent) => set(parent).Count;
}
