namespace HotplugFs.Replay;

/// <summary>The counts and the divergences of replayed recordings.</summary>
public sealed class ReplayReport
{
    private readonly List<Divergence> _divergences = [];
    private readonly SortedDictionary<string, int> _skipped = [];
    private readonly SortedDictionary<string, int> _uncompared = [];

    /// <summary>The number of operations that were repeated and compared.</summary>
    public int Operations { get; private set; }

    /// <summary>What differed.</summary>
    public IReadOnlyList<Divergence> Divergences => _divergences;

    /// <summary>The number of operations that were not repeated, by reason.</summary>
    public IReadOnlyDictionary<string, int> Skipped => _skipped;

    /// <summary>The number of operations that were not repeated.</summary>
    public int SkippedCount => _skipped.Values.Sum();

    /// <summary>How often each field occurred that is not compared; <see cref="NotCompared"/> has the reasons.</summary>
    public IReadOnlyDictionary<string, int> Uncompared => _uncompared;

    /// <summary>Adds the counts and divergences of another report.</summary>
    public void Add(ReplayReport other)
    {
        Operations += other.Operations;
        _divergences.AddRange(other._divergences);
        foreach (var (reason, count) in other._skipped)
            _skipped[reason] = _skipped.GetValueOrDefault(reason) + count;
        foreach (var (field, count) in other._uncompared)
            AddUncompared(field, count);
    }

    /// <summary>Returns the summary line.</summary>
    public override string ToString() => $"{Operations} operations, {Divergences.Count} divergences, {SkippedCount} skipped";

    internal void Count() => Operations++;

    internal void Skip(string reason) => _skipped[reason] = _skipped.GetValueOrDefault(reason) + 1;

    internal void AddUncompared(string field, int count) => _uncompared[field] = _uncompared.GetValueOrDefault(field) + count;

    internal void Add(Divergence divergence) => _divergences.Add(divergence);
}
