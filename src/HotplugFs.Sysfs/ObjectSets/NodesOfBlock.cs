namespace HotplugFs.Sysfs.ObjectSets;

/// <summary>The nodes that a block has pages on, as the children <c>nodeM</c> of its directory: nearly always one.</summary>
internal sealed class NodesOfBlock(Machine machine) : IObjectSet
{
    public bool TryGetGeneration(int parent, int number, out uint generation)
    {
        generation = 0;
        return Next(parent, number) == number;
    }

    public int Next(int parent, int from)
    {
        if (!machine.TryGetBlock(new BlockId(parent), out var block))
            return -1;
        var next = block.Node.Number >= from ? block.Node.Number : -1;
        foreach (var part in machine.OtherNodesOf(block.Id))
            if (part.Node >= from && (next < 0 || part.Node < next))
                next = part.Node;
        return next;
    }

    public int Count(int parent) => Next(parent, 0) < 0 ? 0 : 1 + machine.OtherNodesOf(new BlockId(parent)).Count;
}
