namespace HotplugFs.Sysfs.Control;

/// <summary>Supplies the machine with time and with its callers.</summary>
internal sealed class MachineTime(Machine machine, TimeProvider clock, Journal journal) : ICallers
{
    private readonly long _start = clock.GetTimestamp();

    /// <summary>The callers whose writes wait, and those whose writes waited when another state was restored.</summary>
    private readonly HashSet<ulong> _waiting = [];
    private readonly HashSet<ulong> _abandoned = [];

    /// <summary>What a restored state adds to the clock's time.</summary>
    private TimeSpan _offset;

    /// <summary>The reads that faults delay.</summary>
    public ReadFaults Reads => field ??= new ReadFaults(machine, this);

    /// <summary>The clock if it is advanced by hand; null if it is a real one.</summary>
    public ManualClock? Manual { get; } = clock as ManualClock;

    /// <summary>The time since the machine started.</summary>
    public TimeSpan Now => clock.GetElapsedTime(_start) + _offset;

    /// <inheritdoc/>
    public TimeSpan? Due
    {
        get
        {
            if (Manual is not null || Earliest(machine.Due, Reads.Due) is not { } due)
                return null;
            var time = due - Now;
            return time > TimeSpan.Zero ? time : TimeSpan.Zero;
        }
    }

    /// <inheritdoc/>
    public void Elapse()
    {
        (machine.Now, journal.Now) = (Now, Now);
        Reads.Elapse(machine.Now);
    }

    /// <inheritdoc/>
    public void Enter(in Caller caller)
    {
        (machine.Caller, machine.Now) = (caller, Now);
        journal.Now = machine.Now;
    }

    /// <inheritdoc/>
    public Result BeginWrite(in Caller caller, KernfsOpenFile file, ReadOnlySpan<byte> data)
    {
        Enter(caller);
        journal.BeginWrite(caller, file.Node);
        if (!_abandoned.Remove(caller.Number))
            return Result.Ok;
        journal.EndAbandoned(caller, file.Node, data);
        return Errno.EINTR;
    }

    /// <inheritdoc/>
    public void EndWrite(in Caller caller, KernfsOpenFile file, ReadOnlySpan<byte> data, in Result<int> result)
    {
        if (!result.IsOk && result.Error == Errno.EWAITING)
        {
            _waiting.Add(caller.Number);
            return;
        }
        _waiting.Remove(caller.Number);
        journal.EndWrite(caller, file.Node, data, result);
    }

    /// <summary>Passes the time through a stream. Writes that wait end with EINTR.</summary>
    public void Transfer(StateStream state)
    {
        var now = Now;
        _offset += state.Time(now) - now;
        if (!state.IsReading)
            return;
        _abandoned.UnionWith(_waiting);
        _waiting.Clear();
        Reads.Abandon();
        (machine.Now, journal.Now) = (Now, Now);
    }

    private static TimeSpan? Earliest(TimeSpan? one, TimeSpan? other) => one is null || other < one ? other : one;
}
