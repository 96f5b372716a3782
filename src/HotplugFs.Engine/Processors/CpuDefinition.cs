namespace HotplugFs.Engine.Processors;

/// <summary>How the CPUs that the nodes list are arranged, and what they are.</summary>
public sealed record CpuDefinition
{
    /// <summary>The packages of the machine; null for one for each node with CPUs.</summary>
    public CpuGrouping? Packages { get; init; }

    /// <summary>The dies of each package; null for one.</summary>
    public CpuGrouping? Dies { get; init; }

    /// <summary>The cores of each die; null for as many as there are CPUs.</summary>
    public CpuGrouping? Cores { get; init; }

    /// <summary>Number of CPUs of each core, if <see cref="Cores"/> has no lists.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>The CPUs that the machine can have, ascending; those of the nodes need not be among them.</summary>
    public IReadOnlyList<int> Possible { get; init; } = [];

    /// <summary>The CPUs of the nodes that are offline, ascending.</summary>
    public IReadOnlyList<int> Offline { get; init; } = [];

    /// <summary>The caches of each CPU, from the nearest one on; null for the usual ones.</summary>
    public IReadOnlyList<CpuCache>? Caches { get; init; }

    /// <summary>Whether the CPUs beside the first of each core may be online; if not, they are offline at boot.</summary>
    public SmtControl Smt { get; init; }

    /// <summary>The files of <c>vulnerabilities</c> that do not read as "Not affected", or that the kernel has beside those of its release.</summary>
    public IReadOnlyList<(string Name, string Text)> Vulnerabilities { get; init; } = [];

    /// <summary>What <c>/proc/cpuinfo</c> shows; null for the usual model of the architecture.</summary>
    public CpuModel Model { get; init; } = new();

    /// <summary>Parses a file of <c>vulnerabilities</c>: <c>meltdown: Mitigation: PTI</c>.</summary>
    /// <returns>The name and the text of one line; null if it is none.</returns>
    public static (string Name, string Text)? TryParseVulnerability(string row)
    {
        var colon = row.IndexOf(": ", StringComparison.Ordinal);
        var isOne = colon > 0 && row[..colon].All(symbol => char.IsAsciiLetterLower(symbol) || char.IsAsciiDigit(symbol) || symbol == '_')
            && !row.Any(symbol => char.IsControl(symbol) || symbol is '"' or '\\');
        return isOne ? (row[..colon], row[(colon + 2)..]) : null;
    }

    /// <summary>The caches of a CPU for which no others are given.</summary>
    public static IReadOnlyList<CpuCache> UsualCaches { get; } =
    [
        new(1, CacheType.Data, 32, 8), new(1, CacheType.Instruction, 32, 8), new(2, CacheType.Unified, 1024, 16),
        new(3, CacheType.Unified, 16384, 16) { Sharing = CacheSharing.Package },
    ];
}

/// <summary>Groups of CPUs: how many there are, or which CPUs they have.</summary>
/// <param name="Count">Number of groups, if <paramref name="Lists"/> is empty.</param>
/// <param name="Lists">The CPUs of each group, ascending.</param>
public sealed record CpuGrouping(int Count, IReadOnlyList<IReadOnlyList<int>> Lists)
{
    /// <summary>A number of groups of equal size.</summary>
    public CpuGrouping(int count)
        : this(count, [])
    {
    }
}

/// <summary>The model of CPU that <c>/proc/cpuinfo</c> shows. What is null is as usual on the architecture.</summary>
public sealed record CpuModel
{
    /// <summary>The maker: <c>GenuineIntel</c>.</summary>
    public string? Vendor { get; init; }

    /// <summary>The name for people.</summary>
    public string? Name { get; init; }

    /// <summary>The words of its features, separated by blanks.</summary>
    public string? Flags { get; init; }

    /// <summary>The family by CPUID.</summary>
    public int? Family { get; init; }

    /// <summary>The model by CPUID.</summary>
    public int? Number { get; init; }

    /// <summary>The stepping by CPUID.</summary>
    public int? Stepping { get; init; }

    /// <summary>The clock rate in MHz.</summary>
    public int? MHz { get; init; }
}
