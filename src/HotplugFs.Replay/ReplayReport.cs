namespace HotplugFs.Replay;

/// <summary>One thing in which the simulation was not like the recording.</summary>
/// <param name="File">The recording.</param>
/// <param name="Line">The line of the operation.</param>
/// <param name="Operation">What was done.</param>
/// <param name="What">What was expected and what was got.</param>
public sealed record Divergence(string File, int Line, string Operation, string What)
{
    /// <inheritdoc/>
    public override string ToString() => $"{File}:{Line}: {Operation}: {What}";
}

/// <summary>What replaying recordings came to.</summary>
public sealed class ReplayReport
{
    private readonly List<Divergence> _divergences = [];
    private readonly SortedDictionary<string, int> _skipped = [];

    /// <summary>Operations that were repeated and compared.</summary>
    public int Operations { get; private set; }

    /// <summary>What was not alike.</summary>
    public IReadOnlyList<Divergence> Divergences => _divergences;

    /// <summary>Operations that were not repeated, by reason.</summary>
    public IReadOnlyDictionary<string, int> Skipped => _skipped;

    /// <summary>How many operations were not repeated.</summary>
    public int SkippedCount => _skipped.Values.Sum();

    internal void Count() => Operations++;

    internal void Skip(string reason) => _skipped[reason] = _skipped.GetValueOrDefault(reason) + 1;

    internal void Diverged(Divergence divergence) => _divergences.Add(divergence);

    /// <summary>Adds what another report counted.</summary>
    /// <param name="other">The other report.</param>
    public void Add(ReplayReport other)
    {
        Operations += other.Operations;
        _divergences.AddRange(other._divergences);
        foreach (var (reason, count) in other._skipped)
            _skipped[reason] = _skipped.GetValueOrDefault(reason) + count;
    }

    /// <summary>The closing line.</summary>
    public override string ToString() => $"{Operations} operations, {Divergences.Count} divergences, {SkippedCount} skipped";
}
