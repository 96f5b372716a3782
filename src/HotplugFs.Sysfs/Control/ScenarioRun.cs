namespace HotplugFs.Sysfs.Control;

/// <summary>A step of a scenario that is under way. Its writes wait like those of a client.</summary>
internal sealed class ScenarioRun
{
    /// <summary>Numbers of callers from here on are those of scenarios. The kernel counts its requests from 2 on.</summary>
    private const ulong FirstCaller = 1UL << 63;

    private readonly KernfsTree _tree;
    private readonly Queue<(ScenarioAction Action, byte[] Text)> _writes = [];
    private KernfsOpenFile? _file;
    private Caller _caller;

    /// <param name="number">A number that no other run of the machine has.</param>
    public ScenarioRun(Machine machine, KernfsTree tree, ScenarioStep step, int number)
    {
        (_tree, Step, _caller) = (tree, step, new Caller(FirstCaller + (ulong)number));
        foreach (var action in step.Actions)
            foreach (var text in TextsOf(action, machine))
                _writes.Enqueue((action, Encoding.UTF8.GetBytes(text + "\n")));
    }

    /// <summary>What it does, as the file describes it.</summary>
    public ScenarioStep Step { get; }

    /// <summary>Why the first action that failed did; null if none has.</summary>
    public string? Problem { get; private set; }

    /// <summary>Writes until a write waits.</summary>
    /// <returns>True if all is written.</returns>
    public bool Continue()
    {
        while (_writes.TryPeek(out var write))
        {
            var result = Write(write.Action.File, write.Text);
            if (!result.IsOk && result.Error == Errno.EWAITING)
                return false;
            if (!result.IsOk)
                Problem ??= $"{write.Action.Word}: {result.Error.Name()}";
            // A write that restores another state has ended the step.
            _ = _writes.TryDequeue(out _);
        }
        return true;
    }

    /// <summary>Ends the step without its remaining writes.</summary>
    public void Abandon()
    {
        _writes.Clear();
        if (_file is not null)
            _tree.OpenFiles.Release(_file);
        _file = null;
    }

    private Result<int> Write(string path, ReadOnlySpan<byte> text)
    {
        if (_file is null)
        {
            if (!_tree.Find(path).TryGet(out var node, out var error) || !_tree.Open(node, OpenFlags.WriteOnly).TryGet(out _file, out error))
                return error;
            _caller = _caller with { HasWaited = false };
        }
        var result = _tree.Write(_caller, _file, text);
        if (_file is null)
            return result;
        if (!result.IsOk && result.Error == Errno.EWAITING)
        {
            _caller = _caller with { HasWaited = true };
            return result;
        }
        _tree.OpenFiles.Release(_file);
        _file = null;
        return result;
    }

    private IEnumerable<string> TextsOf(ScenarioAction action, Machine machine)
    {
        if (action.Word != ScenarioAction.RemoveNode)
            return [action.Text];
        var node = int.Parse(action.Text, CultureInfo.InvariantCulture);
        string[] dimms = [.. machine.Dimms.Where(dimm => dimm.Node.Number == node).Select(dimm => dimm.Id)];
        if (dimms.Length == 0)
            Problem = $"{action.Word}: node {node} has no DIMM";
        return dimms;
    }
}
