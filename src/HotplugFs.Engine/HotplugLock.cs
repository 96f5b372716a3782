namespace HotplugFs.Engine;

/// <summary>
/// Keeps hotplug operations apart (device_hotplug_lock). The machine has one thread, so the lock never blocks it: an operation that must
/// wait returns EWAITING to its caller and keeps the lock until the caller calls again, and so do the operations of other callers
/// meanwhile.
/// </summary>
internal sealed class HotplugLock
{
    private bool _isHeld;
    private bool _isWaiting;
    private ulong _holder;

    /// <summary>Who calls the machine now, such as a request of a client (the kernel's current).</summary>
    public ulong Caller { get; set; }

    /// <summary>True if a signal has reached the holder.</summary>
    public bool IsInterrupted { get; private set; }

    /// <summary>Begins an operation, or continues the one with which the caller waits.</summary>
    /// <param name="operation">The scope of the operation; disposing it releases the lock unless the operation waits.</param>
    /// <returns>False if the operation of another caller waits.</returns>
    /// <exception cref="InvalidOperationException">An operation is under way: a notifier or an event handler starts another one.</exception>
    public bool TryEnter(out Scope operation)
    {
        if (_isHeld && !_isWaiting)
            throw new InvalidOperationException("another hotplug operation is under way");
        if (_isWaiting && _holder != Caller)
        {
            operation = default;
            return false;
        }
        (_isHeld, _isWaiting, _holder) = (true, false, Caller);
        operation = new Scope(this);
        return true;
    }

    /// <summary>Makes the operation wait: it keeps the lock at its end.</summary>
    /// <returns>EWAITING, the result of the operation until then.</returns>
    public Errno Wait()
    {
        _isWaiting = true;
        return Errno.EWAITING;
    }

    /// <summary>Interrupts the operation with which a caller waits; it ends when the caller calls again.</summary>
    /// <returns>False if this caller holds no lock.</returns>
    public bool Interrupt(ulong caller)
    {
        if (!_isWaiting || _holder != caller)
            return false;
        return IsInterrupted = true;
    }

    private void Leave()
    {
        if (!_isWaiting)
            (_isHeld, IsInterrupted) = (false, false);
    }

    public readonly ref struct Scope(HotplugLock owner)
    {
        public void Dispose() => owner.Leave();
    }
}
