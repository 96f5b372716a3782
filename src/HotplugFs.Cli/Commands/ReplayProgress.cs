using System.Diagnostics;

namespace HotplugFs.Cli.Commands;

/// <summary>A progress line on the terminal. It writes nothing if standard error is not a terminal.</summary>
/// <param name="terminal">Standard error.</param>
/// <param name="recordings">The number of recordings.</param>
internal sealed class ReplayProgress(TextWriter terminal, int recordings)
{
    private const long IntervalMs = 100;
    private const int BarLength = 20;
    private const string EraseLine = "\r\u001b[K";

    private readonly bool _isShown = !Console.IsErrorRedirected && StandardStream.IsUsedBy(terminal);
    private readonly Stopwatch _sinceShown = Stopwatch.StartNew();
    private string _name = "";
    private int _begun;
    private int _operations;
    private int _done;
    private bool _hasLine;

    /// <summary>Starts the next recording.</summary>
    /// <param name="operations">The number of operations that the recording has.</param>
    public void Begin(string name, int operations)
    {
        _name = name;
        _begun++;
        _operations = operations;
        _done = 0;
    }

    /// <summary>Counts an operation, and updates the line if the last update is 100 ms old.</summary>
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

    /// <summary>Erases the line before other output.</summary>
    public void Clear()
    {
        if (_hasLine)
            terminal.Write(EraseLine);
        _hasLine = false;
    }
}
