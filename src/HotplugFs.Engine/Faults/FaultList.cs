using System.Collections;

namespace HotplugFs.Engine.Faults;

/// <summary>The faults that are injected into a machine, in the order in which they are tried: the first that matches acts.</summary>
public sealed class FaultList : IReadOnlyCollection<Fault>
{
    /// <summary>The greatest number of faults.</summary>
    public const int CountMax = 1024;

    private readonly List<Fault> _faults = [];
    private readonly KernelLog _log;
    private int _lastId;

    internal FaultList(KernelLog log) => _log = log;

    /// <inheritdoc/>
    public int Count => _faults.Count;

    /// <summary>True if reads have to be looked at.</summary>
    public bool ConcernsReads { get; private set; }

    /// <summary>Adds a fault, after all others unless it replaces some.</summary>
    /// <param name="index">Where to insert it; null for the end.</param>
    /// <returns>The fault; ENOSPC if there are <see cref="CountMax"/> that still act.</returns>
    public Result<Fault> Add(FaultDefinition definition, int? index = null)
    {
        if (_faults.Count >= CountMax && Remove(other => other.Left == 0) == 0)
        {
            _log.AddRefusal(RefusalRule.TooMany, $"fault \"{FaultSyntax.Format(definition)}\"", $"there are {CountMax} already");
            return Errno.ENOSPC;
        }
        var fault = new Fault(++_lastId, definition);
        _faults.Insert(index ?? _faults.Count, fault);
        ConcernsReads |= definition.Point == FaultPoint.Read;
        LogIfHidden(fault);
        return fault;
    }

    /// <summary>Removes the faults that a condition selects.</summary>
    /// <returns>How many there were.</returns>
    public int Remove(Predicate<Fault> condition)
    {
        var count = _faults.RemoveAll(condition);
        ConcernsReads = _faults.Exists(fault => fault.Rest.Point == FaultPoint.Read);
        return count;
    }

    /// <summary>Ends the faults that end with a block.</summary>
    internal void BlockRemoved(BlockId id)
    {
        if (_faults.Count > 0)
            Remove(fault => fault.Rest is { UntilRemoved: true } rest && rest.Target == FaultTarget.Block(id.Number));
    }

    /// <summary>Uses the first fault that acts now.</summary>
    /// <param name="condition">What else the fault must satisfy; null for nothing.</param>
    /// <returns>Null if none acts.</returns>
    public Fault? Take(FaultPoint point, in FaultSubject subject, Predicate<Fault>? condition = null)
    {
        foreach (var fault in _faults)
            if (fault.Matches(point, subject) && (condition is null || condition(fault)) && fault.TryUse())
                return fault;
        return null;
    }

    /// <summary>Finds the fault that acts on each operation of a kind, without using one.</summary>
    public Fault? FindStanding(FaultPoint point, in FaultSubject subject)
    {
        foreach (var fault in _faults)
            if (fault.IsStanding && fault.Matches(point, subject))
                return fault;
        return null;
    }

    /// <summary>Passes the faults through a stream.</summary>
    internal void Transfer(StateStream state)
    {
        _lastId = state.Number(_lastId);
        Fault[] faults = [.. state.List(_faults, fault => Fault.Transfer(state, fault))];
        if (!state.IsReading)
            return;
        _faults.Clear();
        _faults.AddRange(faults);
        ConcernsReads = _faults.Exists(fault => fault.Rest.Point == FaultPoint.Read);
    }

    /// <inheritdoc/>
    public IEnumerator<Fault> GetEnumerator() => _faults.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Logs that a fault never acts, because an earlier one always acts in its place.</summary>
    private void LogIfHidden(Fault fault)
    {
        var rest = fault.Rest;
        var earlier = _faults.TakeWhile(other => other != fault).FirstOrDefault(other => other.IsStanding
            && other.Rest.Point == rest.Point && other.Rest.File == rest.File && other.Rest.Target.Covers(rest.Target));
        if (earlier is not null)
            _log.Add($"fault {fault.Id} never acts: fault {earlier.Id}, {FaultSyntax.Format(earlier.Rest)}, always acts before it");
    }
}
