namespace HotplugFs.Engine.Memory;

/// <summary>The sets of nodes (enum node_states). Source: docs/kernels.md, "Node states".</summary>
public sealed class NodeStates
{
    internal NodeStates()
    {
    }

    /// <summary>Nodes that the machine can have: the file <c>possible</c>.</summary>
    public BlockSet Possible { get; } = new();

    /// <summary>Nodes with a directory: the file <c>online</c>.</summary>
    public BlockSet Online { get; } = new();

    /// <summary>Nodes with online memory in any zone (N_MEMORY).</summary>
    public BlockSet Memory { get; } = new();

    /// <summary>Nodes with online normal or high memory (N_HIGH_MEMORY); shown only if the architecture has high memory.</summary>
    public BlockSet HighMemory { get; } = new();

    /// <summary>
    /// Nodes with online memory that the kernel itself can use (N_NORMAL_MEMORY). Equal to <see cref="Memory"/> if no node can have movable
    /// memory only.
    /// </summary>
    public BlockSet NormalMemory { get; } = new();

    /// <summary>Nodes with a CPU (N_CPU).</summary>
    public BlockSet Cpu { get; } = new();

    /// <summary>Nodes with a generic initiator (N_GENERIC_INITIATOR), which never change.</summary>
    public BlockSet GenericInitiator { get; } = new();

    /// <summary>Passes the states through a stream.</summary>
    internal void Transfer(StateStream state)
    {
        foreach (var set in (ReadOnlySpan<BlockSet>)[Possible, Online, Memory, HighMemory, NormalMemory, Cpu])
            set.Transfer(state);
    }
}
