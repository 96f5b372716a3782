namespace HotplugFs.Simulator.Kernel;

/// <summary>
/// Holds the session's notifier thread at each message and action until the simulation lets it continue. Only one of the two threads runs at a
/// time, so the simulation alone decides in which order things happen, and a seed repeats it.
/// </summary>
internal sealed class NotifierGate : IDisposable
{
    /// <summary>How long a thread that never arrives is waited for. A machine under load does not take that long.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly SemaphoreSlim _arrival = new(0);
    private readonly SemaphoreSlim _grant = new(0);
    private byte[]? _message;
    private Result _result;
    private bool _throws;
    private volatile bool _isClosed;

    /// <summary>Called by the notifier thread to send a message.</summary>
    /// <returns>ENODEV after <see cref="Close"/>.</returns>
    public Result Send(ReadOnlySpan<byte> message)
    {
        if (_isClosed)
            return Errno.ENODEV;
        _message = message.ToArray();
        _arrival.Release();
        _grant.Wait();
        return _isClosed ? Errno.ENODEV : _result;
    }

    /// <summary>Called by the notifier thread as the action of a request.</summary>
    /// <exception cref="IOException">The simulation decided that the action fails.</exception>
    public void Act()
    {
        if (_isClosed)
            return;
        _message = null;
        _arrival.Release();
        _grant.Wait();
        if (_throws && !_isClosed)
            throw new IOException("a simulated failure of the action");
    }

    /// <summary>Waits for the notifier thread.</summary>
    /// <returns>Its message, or null for its action.</returns>
    public byte[]? WaitForArrival() =>
        _arrival.Wait(Patience) ? _message : throw new SimulationException("the notifier thread sends nothing, but a request waits for it");

    /// <summary>Lets the notifier thread continue with the result of its message.</summary>
    public void Grant(Result result)
    {
        (_result, _throws) = (result, false);
        _grant.Release();
    }

    /// <summary>Lets the notifier thread continue with its action.</summary>
    public void Grant(bool throws)
    {
        _throws = throws;
        _grant.Release();
    }

    /// <summary>Ends the mount for the notifier thread: it is not held any more and can send nothing.</summary>
    public void Close()
    {
        _isClosed = true;
        _grant.Release();
    }

    public void Dispose()
    {
        _arrival.Dispose();
        _grant.Dispose();
    }
}
