namespace HotplugFs.Engine.Memory;

/// <summary>The sets of nodes with something in common (enum node_states). Source: legacy.md 7.</summary>
public sealed class NodeStates
{
    internal NodeStates()
    {
    }

    /// <summary>Nodes that could ever come online: the file <c>possible</c>.</summary>
    public BlockSet Possible { get; } = new();

    /// <summary>Nodes with a directory: the file <c>online</c>.</summary>
    public BlockSet Online { get; } = new();

    /// <summary>Nodes with online memory of any zone (N_MEMORY).</summary>
    public BlockSet Memory { get; } = new();

    /// <summary>Nodes with online normal or high memory (N_HIGH_MEMORY); only where there is high memory is it shown.</summary>
    public BlockSet HighMemory { get; } = new();

    /// <summary>Nodes with online memory that the kernel can use (N_NORMAL_MEMORY); without movable nodes the same as <see cref="Memory"/>.</summary>
    public BlockSet NormalMemory { get; } = new();

    /// <summary>Nodes with a CPU (N_CPU).</summary>
    public BlockSet Cpu { get; } = new();
}
