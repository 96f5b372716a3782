namespace HotplugFs.Cli.Maps;

/// <summary>What a map shows of a machine.</summary>
/// <param name="Name">Where it is: the mount point or the machine's name.</param>
/// <param name="Kernel">The kernel's version.</param>
/// <param name="BlockSizeBytes">How much memory each block covers.</param>
/// <param name="Nodes">The nodes with blocks or CPUs, ascending.</param>
internal sealed record MachineMap(string Name, string Kernel, long BlockSizeBytes, IReadOnlyList<MapNode> Nodes)
{
    /// <summary>The same machine with some of its nodes only.</summary>
    /// <exception cref="CommandException">There is no such node.</exception>
    public MachineMap WithNode(int number) => Nodes.Any(node => node.Number == number)
        ? this with { Nodes = [.. Nodes.Where(node => node.Number == number)] }
        : throw new CommandException($"{Name}: there is no node {number} (known: {string.Join(", ", Nodes.Select(node => node.Number))})");
}

/// <summary>The blocks and the CPUs that a NUMA node has.</summary>
/// <param name="Cpus">Its CPUs as <c>cpulist</c> lists them; empty for none.</param>
/// <param name="Runs">Its blocks, ascending.</param>
internal sealed record MapNode(int Number, string Cpus, IReadOnlyList<BlockRun> Runs);
