namespace HotplugFs.Sysfs.ObjectSets;

/// <summary>The node that a block belongs to, as the child <c>nodeM</c> of the block's directory.</summary>
internal sealed class OwnNode(Machine machine) : IObjectSet
{
    public bool TryGetGeneration(int parent, int number, out uint generation)
    {
        generation = 0;
        return Next(parent, number) == number;
    }

    public int Next(int parent, int from) =>
        machine.TryGetBlock(new BlockId(parent), out var block) && block.Node.Number >= from ? block.Node.Number : -1;

    public int Count(int parent) => Next(parent, 0) < 0 ? 0 : 1;
}
