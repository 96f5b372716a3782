using HotplugFs.Engine.Faults;

namespace HotplugFs.Sysfs.Control;

/// <summary>Lets the machine's faults act on reads of its files.</summary>
internal sealed class ReadFaults(Machine machine, MachineTime time) : IReadInterceptor
{
    private const string Blocks = "/sys/devices/system/memory/memory";
    private const string Nodes = "/sys/devices/system/node/node";
    private const string Dimms = "/hotplugfs/dimms/";

    private readonly SortedSet<TimeSpan> _dueTimes = [];
    private readonly TextBuffer _path = new();

    /// <summary>How often another state was restored.</summary>
    private int _restores;

    /// <inheritdoc/>
    public bool IsActive => machine.Faults.ConcernsReads || _dueTimes.Count > 0;

    /// <summary>The tree whose files are read.</summary>
    public KernfsTree? Tree { get; set; }

    /// <summary>When a read that waits has to be tried again; null if none waits.</summary>
    public TimeSpan? Due => _dueTimes.Count > 0 ? _dueTimes.Min : null;

    /// <summary>Forgets the times that have passed.</summary>
    public void Elapse(TimeSpan now) => _dueTimes.RemoveWhere(due => due <= now);

    /// <summary>Ends the reads that wait, because another state was restored.</summary>
    public void Abandon()
    {
        _dueTimes.Clear();
        _restores++;
    }

    /// <inheritdoc/>
    public bool TryMakeText(KernfsOpenFile file, TextBuffer text, out Result result)
    {
        result = Result.Ok;
        if (file.WaitsFor is DelayedRead { Restores: var before } && before != _restores)
        {
            // It belongs to no fault of this state, and must use none up.
            file.WaitsFor = null;
            return false;
        }
        // A read whose fault was ended meanwhile looks for another one.
        if (file.WaitsFor is not DelayedRead read || !machine.Faults.Contains(read.Fault))
        {
            _path.Clear();
            Tree!.AppendPath(file.Node, _path);
            if (!IsConcerned(_path.ToString()))
                return false;
            if (time.BeginRead(_path.ToString()).Failed(out var problem))
            {
                result = problem;
                return true;
            }
            if (Use(_path.ToString()) is not { } fault)
                return false;
            read = new DelayedRead(fault, time.Now + (fault.Outcome.Time ?? TimeSpan.Zero), _restores);
        }
        if (time.Now < read.Due && !machine.Caller.IsInterrupted)
        {
            (file.WaitsFor, result) = (read, Errno.EWAITING);
            _dueTimes.Add(read.Due);
            return true;
        }
        file.WaitsFor = null;
        var outcome = read.Fault.Outcome;
        if (time.Now < read.Due)
            result = Errno.EINTR;
        else if (outcome.Error is { } error)
            result = error;
        else if (outcome.Text is { } given)
            text.Append(given).Append('\n');
        else
            return false;
        return true;
    }

    /// <summary>Uses the fault that acts on a read, if there is one.</summary>
    /// <param name="path">The path of the file below the mount point, with a slash at its beginning.</param>
    public Fault? Use(string path) => machine.Faults.Take(FaultPoint.Read, SubjectOf(path).Subject, fault => Concerns(fault, path));

    private bool IsConcerned(string path)
    {
        var subject = SubjectOf(path).Subject;
        return machine.Faults.Any(fault => fault.Matches(FaultPoint.Read, subject) && Concerns(fault, path));
    }

    private bool Concerns(Fault fault, string path) => fault.Rest is { File: { } file } rest
        && (file == SubjectOf(path).Name || rest.Target.IsAny && path.EndsWith($"/{file}", StringComparison.Ordinal));

    /// <summary>The object that a file belongs to, and the file's path below the object's directory.</summary>
    private (FaultSubject Subject, string Name) SubjectOf(string path)
    {
        if (TrySplit(path, Blocks, out var number, out var name))
        {
            var block = machine[new BlockId(int.Parse(number, CultureInfo.InvariantCulture))];
            return (new FaultSubject(block.Id.Number, block.Id.Number, block.Node.Number, machine.Dimms.At(block.DimmIndex)?.Id), name);
        }
        if (TrySplit(path, Nodes, out var node, out name))
            return (new FaultSubject(-1, -1, int.Parse(node, CultureInfo.InvariantCulture), null), name);
        if (TrySplit(path, Dimms, out var dimm, out name))
            return (new FaultSubject(-1, -1, machine.Dimms.Find(dimm)?.Node.Number ?? -1, dimm), name);
        return (new FaultSubject(-1, -1, -1, null), path);
    }

    private static bool TrySplit(string path, string prefix, out string id, out string name)
    {
        (id, name) = ("", "");
        if (!path.StartsWith(prefix, StringComparison.Ordinal))
            return false;
        var slash = path.IndexOf('/', prefix.Length);
        if (slash < 0)
            return false;
        (id, name) = (path[prefix.Length..slash], path[(slash + 1)..]);
        return true;
    }

    /// <summary>The state of a read while it waits.</summary>
    /// <param name="Due">The machine's time at which it is answered.</param>
    private sealed record DelayedRead(Fault Fault, TimeSpan Due, int Restores);
}
