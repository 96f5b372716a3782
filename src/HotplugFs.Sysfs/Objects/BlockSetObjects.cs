using HotplugFs.Engine.Memory;
using HotplugFs.Kernfs;

namespace HotplugFs.Sysfs.Objects;

/// <summary>A set of the engine as children of a directory.</summary>
/// <param name="set">The set that belongs to a directory's object.</param>
/// <param name="incarnation">The incarnation of a member.</param>
internal sealed class BlockSetObjects(Func<int, BlockSet> set, Func<int, uint> incarnation) : IObjectSet
{
    public bool TryGetIncarnation(int parent, int number, out uint current)
    {
        var found = set(parent).Contains(number);
        current = found ? incarnation(number) : 0;
        return found;
    }

    public int Next(int parent, int from) => set(parent).Next(from);

    public int Count(int parent) => set(parent).Count;
}
