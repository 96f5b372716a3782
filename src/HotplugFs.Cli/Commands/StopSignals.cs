using System.Runtime.InteropServices;

namespace HotplugFs.Cli.Commands;

/// <summary>While it exists, Ctrl-C, SIGTERM and SIGHUP cancel an operation, which then cleans up.</summary>
internal sealed class StopSignals : IDisposable
{
    private readonly CancellationTokenSource _cancellation = new();
    private readonly PosixSignalRegistration[] _registrations;
    private volatile bool _exitAtOnce;

    public StopSignals()
    {
        int[] numbers = [Signal.SIGHUP, Signal.SIGINT, Signal.SIGTERM];
        _registrations = [.. numbers.Select(number => PosixSignalRegistration.Create((PosixSignal)number, Stop))];
    }

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
        foreach (var registration in _registrations)
            registration.Dispose();
        _cancellation.Dispose();
    }

    private void Stop(PosixSignalContext context)
    {
        context.Cancel = true;
        Status = WaitStatus.SignalBase + (int)context.Signal;
        if (ExitAtOnce)
            Environment.Exit(Status);
        _cancellation.Cancel();
    }
}
