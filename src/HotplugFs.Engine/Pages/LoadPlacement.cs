namespace HotplugFs.Engine.Pages;

/// <summary>Where the pages of a load are allocated.</summary>
/// <param name="Node">The node of the policy; for <see cref="MemoryPolicy.Interleave"/> the node that begins.</param>
/// <param name="Policy">How strictly that node is used.</param>
public sealed record LoadPlacement(NumaNode Node, MemoryPolicy Policy);

/// <summary>The memory policy of a load (set_mempolicy(2)).</summary>
public enum MemoryPolicy : byte
{
    /// <summary>The node first, then the others (MPOL_PREFERRED, and the default of a program that runs there).</summary>
    Prefer,

    /// <summary>The node only (MPOL_BIND).</summary>
    Bind,

    /// <summary>All nodes with memory in equal parts (MPOL_INTERLEAVE).</summary>
    Interleave,
}
