namespace HotplugFs.Simulator;

/// <summary>Counts the steps of an episode and keeps the last ones for people.</summary>
/// <param name="limit">The number of steps after which the episode ends.</param>
/// <param name="trace">Receives each line, or null.</param>
internal sealed class StepLog(int limit, TextWriter? trace)
{
    private const int KeptLines = 60;

    private readonly Queue<string> _lines = [];

    /// <summary>The number of the current step, from 1.</summary>
    public int Step { get; private set; }

    public IReadOnlyCollection<string> LastLines => _lines;

    /// <summary>Begins the next step.</summary>
    /// <returns>False if the episode is over.</returns>
    public bool Next()
    {
        if (Step == limit)
            return false;
        Step++;
        return true;
    }

    public void Add(string what)
    {
        var line = $"{Step}: {what}";
        trace?.WriteLine(line);
        _lines.Enqueue(line);
        if (_lines.Count > KeptLines)
            _lines.Dequeue();
    }
}
