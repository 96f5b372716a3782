namespace HotplugFs.Sysfs.ObjectSets;

/// <summary>The node that a CPU belongs to, as the child <c>nodeM</c> of its directory.</summary>
/// <param name="nodeOf">Returns the node of a directory's object; null if there is no such object.</param>
internal sealed class OwnNode(Func<int, NumaNode?> nodeOf) : IObjectSet
{
    public bool TryGetGeneration(int parent, int number, out uint generation)
    {
        generation = 0;
        return Next(parent, number) == number;
    }

    public int Next(int parent, int from) =>
        nodeOf(parent) is { } node && node.Number >= from ? node.Number : -1;

    public int Count(int parent) => Next(parent, 0) < 0 ? 0 : 1;
}
