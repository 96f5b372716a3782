namespace HotplugFs.Engine.Pages;

/// <summary>Where the pages of a load are allocated.</summary>
/// <param name="Node">The node of the policy; for <see cref="MemoryPolicy.Interleave"/> the node that begins.</param>
/// <param name="Policy">How strictly that node is used.</param>
public sealed record LoadPlacement(NumaNode Node, MemoryPolicy Policy)
{
    /// <summary>
    /// The pages are allocated in kernel zones only, whatever their kind: the page cache of a block device, files of ramfs, and pages that
    /// are pinned for a long time.
    /// </summary>
    public bool AvoidsMovable { get; init; }

    /// <summary>The size in KiB of the huge pages of a load that has such; 0 for the default size.</summary>
    public int HugePageKiB { get; init; }
}

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

/// <summary>The words for memory policies.</summary>
public static class MemoryPolicies
{
    private static readonly string[] All = ["prefer", "bind", "interleave"];

    /// <summary>The policies as users write them.</summary>
    public static IReadOnlyList<string> Words => All;

    /// <summary>Returns the word for a policy.</summary>
    public static string Word(this MemoryPolicy policy) => All[(int)policy];

    /// <summary>Finds a policy by its word.</summary>
    public static bool TryParse(string word, out MemoryPolicy policy)
    {
        var index = Array.IndexOf(All, word);
        policy = (MemoryPolicy)Math.Max(index, 0);
        return index >= 0;
    }
}
