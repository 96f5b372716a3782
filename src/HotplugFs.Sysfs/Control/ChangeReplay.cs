namespace HotplugFs.Sysfs.Control;

/// <summary>Makes the changes of a log again, on a machine that has the state at its beginning.</summary>
internal sealed class ChangeReplay(KernfsTree tree, Machine machine, MachineTime time, Journal journal)
{
    private readonly Dictionary<ulong, (Caller Caller, KernfsOpenFile File, byte[] Data)> _waiting = [];

    /// <summary>True if a write waits.</summary>
    public bool IsWaiting => _waiting.Count > 0;

    /// <summary>Does again what was done at its time.</summary>
    public void Apply(Change change)
    {
        time.Replay(change.Time);
        switch (change.Kind)
        {
            case ChangeKind.Write:
                journal.SetName(change.Caller.Number, change.Name);
                if (tree.Find(change.Path).TryGet(out var node, out _) && change.Path.Length > 0)
                    Call(change.Caller, tree.Reopen(node), change.Data);
                else
                    time.WriteToRemoved(change.Caller, change.Data);
                break;
            case ChangeKind.Continue when _waiting.Remove(change.Caller.Number, out var waiting):
                Call(change.Caller with { Pid = waiting.Caller.Pid, Uid = waiting.Caller.Uid }, waiting.File, waiting.Data);
                break;
            case ChangeKind.Elapse:
                time.Elapse();
                break;
            case ChangeKind.Read:
                time.Enter(default);
                time.Reads.Use(change.Path);
                break;
            case ChangeKind.Attributes when tree.Find(change.Path).TryGet(out var changed, out _):
                tree.SetAttributes(changed, change.Attributes);
                break;
            case ChangeKind.Abandon:
                Abandon();
                break;
            default:
                throw new FormatException($"a change of kind {change.Kind} is not possible here");
        }
    }

    /// <summary>
    /// Ends the operation that waits as a signal would, but at once, and forgets the writes that wait for it: they have not begun, and
    /// their callers are gone.
    /// </summary>
    public void Abandon()
    {
        foreach (var (caller, file, data) in _waiting.Values.ToArray())
        {
            machine.Caller = caller;
            if (machine.IsOperationWaiting && !machine.IsHotplugHeldByOther)
                Call(caller with { HasWaited = true, IsInterrupted = true, IsGone = true }, file, data);
            else
                tree.OpenFiles.Release(file);
        }
        if (machine.IsOperationWaiting)
            throw new InvalidOperationException("an operation that was abandoned still waits");
        _waiting.Clear();
        time.ForgetWaiting();
    }

    /// <summary>Lets the machine's time go on from here.</summary>
    public void End() => time.Resume();

    private void Call(Caller caller, KernfsOpenFile file, byte[] data)
    {
        var result = tree.Write(caller, file, data);
        if (!result.IsOk && result.Error == Errno.EWAITING)
            _waiting[caller.Number] = (caller, file, data);
        else
            tree.OpenFiles.Release(file);
    }
}
