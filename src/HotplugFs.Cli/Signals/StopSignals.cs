namespace HotplugFs.Cli.Signals;

/// <summary>While it exists, Ctrl-C, SIGTERM and SIGHUP cancel an operation, which then cleans up.</summary>
/// <remarks>All threads must block these signals: <see cref="SignalThread.Block"/>.</remarks>
internal sealed class StopSignals : IDisposable
{
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _cancellation = new();
    private volatile bool _exitAtOnce;
    private bool _isDisposed;

    public StopSignals() => SignalThread.Start(SignalThread.Ending, Stop);

    /// <summary>Is canceled by the first signal.</summary>
    public CancellationToken Token => _cancellation.Token;

    /// <summary>True while there is nothing to clean up. A signal then ends the process, whatever it waits for.</summary>
    public bool ExitAtOnce
    {
        get => _exitAtOnce;
        set => _exitAtOnce = value;
    }

    /// <summary>The exit status after a signal: 128 and the signal's number.</summary>
    public int Status { get; private set; }

    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
            _cancellation.Dispose();
        }
    }

    private void Stop(int signal)
    {
        Status = WaitStatus.SignalBase + signal;
        if (ExitAtOnce)
            Environment.Exit(Status);
        lock (_lock)
        {
            if (!_isDisposed)
                _cancellation.Cancel();
        }
    }
}
