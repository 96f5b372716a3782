namespace HotplugFs.Sysfs.Control;

/// <summary>Supplies the machine with time and with its callers.</summary>
internal sealed class MachineTime(Machine machine, TimeProvider clock, Journal journal, Scenario scenario) : ICallers
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private readonly long _start = clock.GetTimestamp();

    /// <summary>The time of the scenario's step that runs now; null if none does, or an event has started it.</summary>
    private TimeSpan? _stepTime;

    /// <summary>The callers whose writes wait, and those whose writes waited when another state was restored.</summary>
    private readonly HashSet<ulong> _waiting = [];
    private readonly HashSet<ulong> _abandoned = [];

    /// <summary>What a restored state adds to the clock's time.</summary>
    private TimeSpan _offset;

    /// <summary>What a write that continues must change for its continuation to matter.</summary>
    private (long Moved, TimeSpan? Due, MigrationRate Rate, long Entries) _progress;

    private bool _isRefusedHere;

    /// <summary>The reads that faults delay.</summary>
    public ReadFaults Reads => field ??= new ReadFaults(machine, this);

    /// <summary>The clock if it is advanced by hand; null if it is a real one.</summary>
    public ManualClock? Manual { get; } = clock as ManualClock;

    /// <summary>The time since the machine started.</summary>
    public TimeSpan Now => Replayed ?? clock.GetElapsedTime(_start) + _offset;

    /// <summary>The time of the change that is made again; null for the clock's.</summary>
    private TimeSpan? Replayed { get; set; }

    /// <summary>Adds the changes to a log; null if they are not kept.</summary>
    public ChangeRecorder? Recorder { get; set; }

    /// <summary>True if a write waits, or has waited and does not know yet that it has ended.</summary>
    public bool HasWaiters => _waiting.Count > 0 || _abandoned.Count > 0;

    /// <inheritdoc/>
    public TimeSpan? Due
    {
        get
        {
            if (Manual is not null || Earliest(Earliest(machine.Due, Reads.Due), scenario.Due) is not { } due)
                return null;
            var time = due - Now;
            // Without room for the change it is not made, and looked at again now and then.
            var least = Recorder is { HasFailed: true } ? RetryAfter : TimeSpan.Zero;
            return time > least ? time : least;
        }
    }

    /// <inheritdoc/>
    public void Elapse()
    {
        RunScenario();
        if (!Pass(Now).IsOk)
            return;
        Reads.Elapse(machine.Now);
        Recorder?.Commit();
        Recorder?.Shorten();
    }

    /// <summary>Lets the machine follow the clock, as a part of a change.</summary>
    public void Follow()
    {
        // Steps that become due run after the write, at their own times.
        if (!scenario.IsEmpty)
            return;
        (machine.Now, journal.Now) = (Now, Now);
        Reads.Elapse(machine.Now);
    }

    /// <inheritdoc/>
    public void Enter(in Caller caller)
    {
        machine.Caller = caller;
        _ = Pass(_stepTime ?? Now);
    }

    /// <inheritdoc/>
    public Result BeginWrite(in Caller caller, KernfsOpenFile file, ReadOnlySpan<byte> data)
    {
        var now = _stepTime ?? Now;
        machine.Caller = caller;
        if (Pass(now).Failed(out var error) || Record(now, caller, file.Node, data).Failed(out error))
            return caller.HasWaited ? Errno.EWAITING : error;
        (_progress, _isRefusedHere) = (Progress, false);
        journal.BeginWrite(caller, file.Node);
        if (!_abandoned.Remove(caller.Number))
            return Result.Ok;
        journal.EndAbandoned(caller, file.Node, data);
        Recorder?.Commit();
        return Errno.EINTR;
    }

    /// <inheritdoc/>
    public Result<int> EndWrite(in Caller caller, KernfsOpenFile file, ReadOnlySpan<byte> data, in Result<int> result)
    {
        if (!result.IsOk && result.Error == Errno.EWAITING)
        {
            _waiting.Add(caller.Number);
            if (caller.HasWaited && _progress == Progress)
                Recorder?.Withdraw();
            return result;
        }
        _waiting.Remove(caller.Number);
        if (_isRefusedHere)
            Recorder?.Withdraw();
        journal.EndWrite(caller, file.Node, data, result);
        if (!scenario.IsEmpty)
        {
            scenario.Note(result.IsOk ? ScenarioEvent.Write : ScenarioEvent.Refused, journal.LastFile);
            RunScenario();
        }
        if (Recorder is not { } recorder)
            return result;
        var committed = recorder.Commit();
        recorder.Shorten();
        return committed.Failed(out var error) ? error : result;
    }

    /// <inheritdoc/>
    public Result BeginChange(NodeId id, in AttributesChange change)
    {
        if (Recorder is not { } recorder || journal.Files.Tree.GetAttributes(id) is { Value.IsLink: true })
            return Result.Ok;
        var appended = recorder.Append(new Change(ChangeKind.Attributes, Now) { Path = journal.Files.Tree.PathOf(id), Attributes = change });
        return appended.IsOk ? recorder.Commit() : appended;
    }

    /// <summary>Notes that a read may use a fault up.</summary>
    public Result BeginRead(string path)
    {
        if (Recorder is not { } recorder)
            return Result.Ok;
        var appended = recorder.Append(new Change(ChangeKind.Read, machine.Now) { Path = path });
        return appended.IsOk ? recorder.Commit() : appended;
    }

    /// <summary>Enters a write to a file that was removed.</summary>
    public void WriteToRemoved(in Caller caller, ReadOnlySpan<byte> data)
    {
        Enter(caller);
        journal.BeginWrite(caller, default);
        journal.EndWrite(caller, default, data, Errno.ENODEV);
    }

    /// <summary>Notes that this process, not the machine, refuses the write: done again elsewhere, it may succeed.</summary>
    public void RefuseHere() => _isRefusedHere = true;

    /// <summary>Forgets the writes that wait.</summary>
    public void ForgetWaiting()
    {
        _waiting.Clear();
        _abandoned.Clear();
    }

    /// <summary>Sets the time of a change that is made again. A clock that is advanced by changes goes on from there.</summary>
    public void Replay(TimeSpan time)
    {
        if (Manual is null)
            Replayed = time;
        else
            _offset += time - Now;
    }

    /// <summary>Lets the time go on from that of the last change that was made again.</summary>
    public void Resume()
    {
        if (Replayed is not { } last)
            return;
        Replayed = null;
        _offset += last - Now;
    }

    private (long Moved, TimeSpan? Due, MigrationRate Rate, long Entries) Progress =>
        (machine.MigratedPages, machine.Due, machine.MigrationRate, journal.Lines.End);

    private Result Record(TimeSpan now, in Caller caller, NodeId file, ReadOnlySpan<byte> data)
    {
        if (Recorder is null)
            return Result.Ok;
        if (caller.HasWaited)
            return Recorder.Append(new Change(ChangeKind.Continue, now) { Caller = caller });
        return Recorder.Append(new Change(ChangeKind.Write, now)
        {
            Caller = caller,
            Name = journal.ReadName(caller),
            Path = journal.Files.Tree.Exists(file) ? journal.Files.Tree.PathOf(file) : "",
            Data = data.ToArray(),
        });
    }

    /// <summary>Sets the machine's time. What time alone changes is added to the log first; if that fails, the time stays.</summary>
    private Result Pass(TimeSpan now)
    {
        if (Recorder is { } recorder && machine.VirtioMem.RetryDue <= now
            && recorder.Append(new Change(ChangeKind.Elapse, now)).Failed(out var error))
            return error;
        (machine.Now, journal.Now) = (now, now);
        return Result.Ok;
    }

    /// <summary>Runs the steps of the scenario that are due, each at its own time; then the machine follows the clock.</summary>
    private void RunScenario()
    {
        // A step's own write ends here, too.
        if (scenario.IsEmpty || scenario.IsRunning)
            return;
        scenario.Run(Now, time => _stepTime = time > machine.Now ? time : machine.Now);
        _stepTime = null;
        (machine.Now, journal.Now) = (Now, Now);
        Reads.Elapse(machine.Now);
    }

    /// <summary>Passes the time through a stream. Writes that wait end with EINTR.</summary>
    public void Transfer(StateStream state)
    {
        var (now, then) = (Now, state.Time(Now));
        if (!state.IsReading)
            return;
        _offset += then - now;
        Replayed = Replayed is null ? null : then;
        _abandoned.UnionWith(_waiting);
        _waiting.Clear();
        Reads.Abandon();
        (machine.Now, journal.Now) = (Now, Now);
    }

    private static TimeSpan? Earliest(TimeSpan? one, TimeSpan? other) => one is null || other < one ? other : one;
}
