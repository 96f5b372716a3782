namespace HotplugFs.Engine.Processors;

/// <summary>What a cache holds.</summary>
public enum CacheType : byte
{
    /// <summary>No instructions.</summary>
    Data,

    /// <summary>What a core executes.</summary>
    Instruction,

    /// <summary>Both.</summary>
    Unified,
}

/// <summary>The CPUs that use a cache together.</summary>
public enum CacheSharing : byte
{
    /// <summary>Those of a core.</summary>
    Core,

    /// <summary>A single CPU.</summary>
    Cpu,

    /// <summary>Those of a die.</summary>
    Die,

    /// <summary>Those of a package.</summary>
    Package,

    /// <summary>Those of a node.</summary>
    Node,

    /// <summary>Those of some cores of a die.</summary>
    Cores,
}

/// <summary>A cache that each CPU has.</summary>
/// <param name="Level">1 for the nearest one.</param>
/// <param name="SizeKiB">Its size in KiB, a multiple of the size of all its ways' lines.</param>
/// <param name="Ways">Lines in a set.</param>
public sealed record CpuCache(int Level, CacheType Type, int SizeKiB, int Ways)
{
    /// <summary>An example of <see cref="ToString"/>.</summary>
    public const string Example = "L3 16M ways=16 shared=package";

    private const int SizeMaxKiB = 1 << 20;

    /// <summary>The size of what the cache holds or not as a whole.</summary>
    public int LineBytes { get; init; } = 64;

    /// <summary>Which CPUs use the cache together.</summary>
    public CacheSharing Sharing { get; init; }

    /// <summary>Number of cores that use the cache together, for <see cref="CacheSharing.Cores"/>.</summary>
    public int Cores { get; init; } = 1;

    /// <summary>Number of sets.</summary>
    public int Sets => (int)(((long)SizeKiB << 10) / (Ways * LineBytes));

    /// <summary>Parses a description such as <see cref="Example"/>: level and type, size, and words with a value.</summary>
    /// <param name="problem">Why the text is none; empty on success.</param>
    public static bool TryParse(string text, out CpuCache cache, out string problem)
    {
        cache = new CpuCache(1, CacheType.Unified, 0, 8);
        problem = "";
        string[] words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length < 2 || words[0] is not ['L', >= '1' and <= '9' and var level, .. var type] || type is not ("" or "d" or "i"))
            problem = "it begins with a level and a size";
        else if (!ByteSize.TryParse(words[1], out var bytes) || bytes % 1024 != 0 || bytes >> 10 is < 1 or > SizeMaxKiB)
            problem = $"\"{words[1]}\" is no size from 1K to 1G";
        else
            cache = cache with
            {
                Level = level - '0',
                Type = type == "d" ? CacheType.Data : type == "i" ? CacheType.Instruction : CacheType.Unified,
                SizeKiB = (int)(bytes >> 10),
            };
        foreach (var word in problem.Length == 0 ? words[2..] : [])
            if (cache.With(word) is { } next)
                cache = next;
            else
                problem = $"\"{word}\" is not ways=N, line=N or shared=cpu, core, die, package, node or a number of cores";
        if (problem.Length == 0 && ((long)cache.SizeKiB << 10) % ((long)cache.Ways * cache.LineBytes) != 0)
            problem = $"its size is no multiple of {cache.Ways} ways of {cache.LineBytes} bytes";
        return problem.Length == 0;
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        var type = Type switch { CacheType.Data => "d", CacheType.Instruction => "i", _ => "" };
        var line = LineBytes == 64 ? "" : $" line={LineBytes}";
        var shared = Sharing switch
        {
            CacheSharing.Core => "",
            CacheSharing.Cores => $" shared={Cores}",
            _ => $" shared={Sharing.ToString().ToLowerInvariant()}",
        };
        return $"L{Level}{type} {ByteSize.Format((long)SizeKiB << 10)} ways={Ways}{line}{shared}";
    }

    private CpuCache? With(string word)
    {
        var (key, value) = word.IndexOf('=', StringComparison.Ordinal) is > 0 and var at ? (word[..at], word[(at + 1)..]) : (word, "");
        var isNumber = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and <= 1 << 16;
        return (key, value) switch
        {
            ("ways", _) when isNumber => this with { Ways = number },
            ("line", _) when isNumber => this with { LineBytes = number },
            ("shared", _) when isNumber => this with { Sharing = CacheSharing.Cores, Cores = number },
            ("shared", "cpu") => this with { Sharing = CacheSharing.Cpu },
            ("shared", "core") => this with { Sharing = CacheSharing.Core },
            ("shared", "die") => this with { Sharing = CacheSharing.Die },
            ("shared", "package") => this with { Sharing = CacheSharing.Package },
            ("shared", "node") => this with { Sharing = CacheSharing.Node },
            _ => null,
        };
    }
}
