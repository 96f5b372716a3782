namespace HotplugFs.Simulator.Kernel;

/// <summary>The files that clients have open, and the pollers that wait.</summary>
internal sealed class OpenFiles
{
    private readonly Dictionary<ulong, OpenFile> _byHandle = [];
    private readonly HashSet<ulong> _woken = [];
    private int _peak;
    private ulong _lastWaiter;

    public bool IsOpen(ulong node) => _byHandle.Values.Any(file => file.Node == node);

    /// <exception cref="SimulationException">The handle is in use, or larger than the number of open files explains.</exception>
    public void Add(OpenFile file)
    {
        if (!_byHandle.TryAdd(file.Handle, file))
            throw new SimulationException($"handle {file.Handle} is given to {file.Path} and {_byHandle[file.Handle].Path}");
        _peak = Math.Max(_peak, _byHandle.Count);
        // One file more can be open: one whose reply was not delivered is closed after that.
        if (file.Handle > (ulong)_peak)
            throw new SimulationException($"handle {file.Handle}, but at most {_peak} files were open: files are not closed");
        if (_byHandle.Values.FirstOrDefault(other => other.Node == file.Node && other.BackingId != file.BackingId) is { } odd)
            throw new SimulationException($"{file.Path} is open with backing file {odd.BackingId} and {file.BackingId}");
    }

    public void Remove(OpenFile file) => _byHandle.Remove(file.Handle);

    /// <summary>A number for the poller of an open file, which replaces the one before.</summary>
    public ulong Wait(OpenFile file) => (file.Waiter = ++_lastWaiter).Value;

    public void Woken(ulong waiter) => _woken.Add(waiter);

    /// <summary>True once if the poller was woken.</summary>
    public bool TakeWoken(ulong waiter) => _woken.Remove(waiter);

    /// <summary>The pollers of a file, which a notification of the file wakes.</summary>
    public List<ulong> TakeWaiters(string path)
    {
        var waiters = new List<ulong>();
        foreach (var file in _byHandle.Values.Where(file => file.Path == path && file.Waiter is not null))
        {
            waiters.Add(file.Waiter!.Value);
            file.Waiter = null;
        }
        return waiters;
    }
}
