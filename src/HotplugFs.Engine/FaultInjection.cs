using HotplugFs.Engine.Faults;

namespace HotplugFs.Engine;

/// <summary>Lets faults act on hotplug operations. An operation that a fault delays waits, and continues here.</summary>
internal sealed class FaultInjection(FaultList faults, PhysicalMemory memory, HotplugLock hotplugLock)
{
    private (Fault Fault, TimeSpan Due)? _waiting;

    /// <summary>True if the operation under way waits here.</summary>
    public bool IsWaiting => _waiting is not null;

    /// <summary>Passes a point of an operation, or continues the wait there.</summary>
    /// <param name="waits">False to take no time.</param>
    /// <param name="refusal">Why the operation fails; null unless it does.</param>
    /// <returns>Success; EWAITING while the fault's time passes; the errno of the fault; EINTR after a signal.</returns>
    public Result Pass(FaultPoint point, in FaultSubject subject, bool waits, out Refusal? refusal)
    {
        refusal = null;
        if (_waiting is not var (fault, due))
        {
            if (faults.Take(point, subject) is not { } taken)
                return Result.Ok;
            (fault, due) = (taken, hotplugLock.Time + (taken.Outcome.Time ?? TimeSpan.Zero));
        }
        _waiting = null;
        if (waits && hotplugLock.Now < due)
        {
            if (hotplugLock.IsInterrupted)
            {
                refusal = new Refusal(Errno.EINTR, RefusalRule.Signal, "a signal ended it");
                return Errno.EINTR;
            }
            _waiting = (fault, due);
            return hotplugLock.Wait(due);
        }
        if (waits)
            hotplugLock.Time = due;
        if (fault.Outcome.Error is not { } error)
            return Result.Ok;
        refusal = new Refusal(error, RefusalRule.Fault, $"{fault}");
        return error;
    }

    /// <inheritdoc cref="Pass(FaultPoint, in FaultSubject, bool, out Refusal?)"/>
    public Result Pass(FaultPoint point, in MemoryBlock block, bool waits, out Refusal? refusal) => Pass(point, SubjectOf(block), waits, out refusal);

    /// <summary>Uses the fault that acts on an offline request, if there is one.</summary>
    public Fault? TakeOffline(in MemoryBlock block) => faults.Take(FaultPoint.Offline, SubjectOf(block));

    /// <summary>Makes the faults that act on each offline decide whether pages can be isolated, in place of the machine.</summary>
    /// <param name="machine">What the machine decides; see <see cref="PhysicalMemory.IsolatePages"/>.</param>
    public Func<MemoryBlock, Refusal?> Override(Func<MemoryBlock, Refusal?> machine) => block =>
    {
        if (faults.FindStanding(FaultPoint.Offline, SubjectOf(block)) is not { Outcome: { Time: null, Result: { } result } } fault)
            return machine(block);
        return result.Failed(out var error) ? new Refusal(error, RefusalRule.Fault, $"{fault}") : null;
    };

    private FaultSubject SubjectOf(in MemoryBlock block) =>
        new(block.Id.Number, block.Id.Number, block.Node.Number, memory.Dimms.At(block.DimmIndex)?.Id);

    /// <summary>Forgets the operation that waits here.</summary>
    public void Abandon() => _waiting = null;
}
