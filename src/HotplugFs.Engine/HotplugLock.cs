namespace HotplugFs.Engine;

/// <summary>
/// Keeps hotplug operations apart (device_hotplug_lock). The machine has one thread, so the lock never waits: it only finds a notifier or
/// an event handler that starts an operation inside another one.
/// </summary>
internal sealed class HotplugLock
{
    private bool _isHeld;

    /// <summary>Begins an operation.</summary>
    /// <returns>The scope of the operation; disposing it releases the lock.</returns>
    /// <exception cref="InvalidOperationException">Another operation has not ended.</exception>
    public Scope Enter()
    {
        if (_isHeld)
            throw new InvalidOperationException("another hotplug operation is under way");
        _isHeld = true;
        return new Scope(this);
    }

    public readonly ref struct Scope(HotplugLock owner)
    {
        public void Dispose() => owner._isHeld = false;
    }
}
