namespace HotplugFs.Engine;

/// <summary>
/// Keeps hotplug operations apart (device_hotplug_lock). The machine has one thread, so the lock never blocks it: an operation that must
/// wait returns EWAITING to its caller and keeps the lock until the caller calls again, and so do the operations of other callers
/// meanwhile.
/// </summary>
/// <remarks>
/// An operation has a time, which is behind the clock if the caller calls again late. Operations that waited for the lock begin at the time
/// at which it was released, so the moments of the calls change no result.
/// </remarks>
/// <param name="waitersIgnoreSignals">True if a signal does not end the wait for the lock.</param>
internal sealed class HotplugLock(bool waitersIgnoreSignals)
{
    private bool _isHeld;
    private bool _isWaiting;
    private ulong _holder;

    /// <summary>Who calls the machine now.</summary>
    public Caller Caller { get; set; }

    /// <summary>The time of the machine now, from its start on. The caller supplies it, and never sets it back.</summary>
    public TimeSpan Now { get; set; }

    /// <summary>The time at which the operation under way has arrived; after it, the time at which the lock was released.</summary>
    public TimeSpan Time { get; set; }

    /// <summary>When the operation that waits has to be called again; null if time alone does not end the wait, or none waits.</summary>
    public TimeSpan? Due { get; private set; }

    /// <summary>True if a signal has reached the holder.</summary>
    public bool IsInterrupted => Caller.IsInterrupted;

    /// <summary>True if an operation of another caller waits.</summary>
    public bool IsHeldByOther => _isWaiting && _holder != Caller.Number;

    /// <summary>True if no operation is under way, nor one waits.</summary>
    public bool IsFree => !_isHeld;

    /// <summary>Begins an operation, or continues the one with which the caller waits.</summary>
    /// <param name="operation">The scope of the operation; disposing it releases the lock unless the operation waits.</param>
    /// <returns>Success; EWAITING if the operation of another caller waits; EINTR if a signal ended the caller's wait for it.</returns>
    /// <exception cref="InvalidOperationException">An operation is under way: a notifier or an event handler starts another one.</exception>
    public Result Enter(out Scope operation)
    {
        operation = default;
        if (_isHeld && !_isWaiting)
            throw new InvalidOperationException("another hotplug operation is under way");
        var continues = _isWaiting && _holder == Caller.Number;
        if (!continues && Caller.IsInterrupted && !waitersIgnoreSignals)
            return Errno.EINTR;
        if (IsHeldByOther)
            return Errno.EWAITING;
        if (!continues && !Caller.HasWaited)
            Time = Now;
        (_isHeld, _isWaiting, _holder, Due) = (true, false, Caller.Number, null);
        operation = new Scope(this);
        return Result.Ok;
    }

    /// <summary>Makes the operation wait: it keeps the lock at its end.</summary>
    /// <param name="due">When it has to be called again; null if time alone does not end the wait.</param>
    /// <returns>EWAITING, the result of the operation until then.</returns>
    public Errno Wait(TimeSpan? due)
    {
        (_isWaiting, Due) = (true, due);
        return Errno.EWAITING;
    }

    /// <summary>True if an operation waits.</summary>
    public bool IsWaiting => _isWaiting;

    /// <summary>Passes the time through a stream. An operation that waits is forgotten.</summary>
    public void Transfer(StateStream state)
    {
        (Now, Time) = (state.Time(Now), state.Time(Time));
        if (state.IsReading)
            (_isHeld, _isWaiting, Due) = (false, false, null);
    }

    public readonly ref struct Scope(HotplugLock owner)
    {
        public void Dispose() => owner._isHeld = owner._isWaiting;
    }
}
