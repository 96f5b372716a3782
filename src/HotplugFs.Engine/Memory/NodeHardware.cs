namespace HotplugFs.Engine.Memory;

/// <summary>What the firmware states about a node (ACPI's SRAT and HMAT). It never changes.</summary>
public sealed record NodeHardware
{
    /// <summary>A node of which the firmware states nothing.</summary>
    public static NodeHardware Plain { get; } = new();

    /// <summary>The number of the memory tier of the node's memory; null if the kernel decides.</summary>
    public int? Tier { get; init; }

    /// <summary>True if the node has a device that uses memory and is no CPU.</summary>
    public bool IsGenericInitiator { get; init; }

    /// <summary>Access class 0: the best initiators of the node's memory, of whatever kind; null if they are not known.</summary>
    public NodeAccess? Access { get; init; }

    /// <summary>Access class 1: the best CPUs. Null if they are those of class 0, as far as these are CPUs.</summary>
    public NodeAccess? CpuAccess { get; init; }

    /// <summary>The caches before the node's memory, from level 1 on.</summary>
    public IReadOnlyList<SideCache> SideCaches { get; init; } = [];
}

/// <summary>How some nodes access the memory of another node.</summary>
/// <param name="Initiators">The numbers of these nodes, ascending.</param>
public sealed record NodeAccess(IReadOnlyList<int> Initiators)
{
    /// <summary>The words of the figures, which are the names of their files, in ascending order.</summary>
    public static IReadOnlyList<string> FigureNames { get; } = ["read_bandwidth", "read_latency", "write_bandwidth", "write_latency"];

    /// <summary>The figures in the order of <see cref="FigureNames"/>: bandwidths in MB/s, latencies in nanoseconds.</summary>
    public IReadOnlyList<int> Figures { get; init; } = [0, 0, 0, 0];
}

/// <summary>A cache before the memory of a node.</summary>
/// <param name="SizeBytes">How much memory it can hold.</param>
/// <param name="LineSizeBytes">How much it reads after a miss.</param>
/// <param name="Indexing">0 if it is direct-mapped; another number if it is indexed.</param>
/// <param name="WritePolicy">0 for write-back, 1 for write-through, 2 for another policy.</param>
public sealed record SideCache(long SizeBytes, int LineSizeBytes, int Indexing, int WritePolicy)
{
    /// <summary>The number of levels that a node can have.</summary>
    public const int LevelMax = 3;
}
