using System.Diagnostics;

namespace HotplugFs.Cli.Replaying;

/// <summary>A line on the terminal that says how far replaying is; nothing where standard error is no terminal.</summary>
/// <param name="terminal">Standard error.</param>
/// <param name="recordings">How many recordings there are.</param>
internal sealed class ReplayProgress(TextWriter terminal, int recordings)
{
    private const long IntervalMs = 100;
    private const int BarLength = 20;
    private const string EraseLine = "\r\u001b[K";

    private readonly bool _isShown = !Console.IsErrorRedirected && ReferenceEquals(terminal, Console.Error);
    private readonly Stopwatch _sinceShown = Stopwatch.StartNew();
    private string _name = "";
    private int _begun;
    private int _operations;
    private int _done;
    private bool _hasLine;

    /// <summary>A recording begins.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="operations">How many operations it has.</param>
    public void Begin(string name, int operations)
    {
        _name = name;
        _begun++;
        _operations = operations;
        _done = 0;
    }

    /// <summary>An operation begins.</summary>
    public void Advance()
    {
        _done++;
        if (!_isShown || _sinceShown.ElapsedMilliseconds < IntervalMs)
            return;
        _sinceShown.Restart();
        var filled = BarLength * (_begun - 1) / recordings;
        var bar = new string('#', filled).PadRight(BarLength, '.');
        terminal.Write($"{EraseLine}[{bar}] {_begun}/{recordings} {_name}: {Math.Min(_done, _operations)}/{_operations}");
        _hasLine = true;
    }

    /// <summary>Takes the line away, so that something else can be shown.</summary>
    public void Clear()
    {
        if (_hasLine)
            terminal.Write(EraseLine);
        _hasLine = false;
    }
}
