namespace HotplugFs.Sysfs.Control;

/// <summary>Supplies the machine with time and with its callers.</summary>
internal sealed class MachineTime(Machine machine, TimeProvider clock, Journal journal) : ICallers
{
    private readonly long _start = clock.GetTimestamp();

    /// <summary>The reads that faults delay.</summary>
    public ReadFaults Reads => field ??= new ReadFaults(machine, this);

    /// <summary>The clock if it is advanced by hand; null if it is a real one.</summary>
    public ManualClock? Manual { get; } = clock as ManualClock;

    /// <summary>The time since the machine started.</summary>
    public TimeSpan Now => clock.GetElapsedTime(_start);

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
    public void BeginWrite(in Caller caller, KernfsOpenFile file)
    {
        Enter(caller);
        journal.BeginWrite(caller, file.Node);
    }

    /// <inheritdoc/>
    public void EndWrite(in Caller caller, KernfsOpenFile file, ReadOnlySpan<byte> data, in Result<int> result) =>
        journal.EndWrite(caller, file.Node, data, result);

    private static TimeSpan? Earliest(TimeSpan? one, TimeSpan? other) => one is null || other < one ? other : one;
}
