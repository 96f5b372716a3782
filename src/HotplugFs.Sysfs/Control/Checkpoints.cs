using HotplugFs.Sysfs.Formats;

namespace HotplugFs.Sysfs.Control;

/// <summary>
/// The states of the machine that clients have saved, by name, and the files <c>hotplugfs/checkpoint</c>, <c>restore</c> and
/// <c>reset</c> (docs/state.md). They are no part of the state: restoring one leaves the others as they are.
/// </summary>
internal sealed class Checkpoints(Machine machine, ISavedState states)
{
    /// <summary>The greatest number of checkpoints.</summary>
    private const int CountMax = 64;

    /// <summary>The greatest number of bytes of all checkpoints.</summary>
    private const long BytesMax = 256 << 20;

    private const string Clear = "clear";
    private const string NameForm = ObjectNames.Form;

    private readonly OrderedDictionary<string, byte[]> _states = [];

    /// <summary>Shows the names, one a line, in the order of the first checkpoints.</summary>
    public Result Show(int obj, TextBuffer text)
    {
        foreach (var name in _states.Keys)
            text.Append(name).Append('\n');
        return Result.Ok;
    }

    /// <summary>Saves the state by the name that is written, in place of an older one; <c>clear NAME</c> and <c>clear</c> forget them.</summary>
    public Result<int> Store(int obj, ReadOnlySpan<byte> text)
    {
        var words = Line(text).Split(' ');
        if (words is [Clear])
            _states.Clear();
        else if (words is [Clear, var old] && !_states.Remove(old))
            return NotFound("checkpoint", old);
        else if (words is [var name] && Save(name).Failed(out var error))
            return error;
        else if (words.Length > 2 || words.Length == 2 && words[0] != Clear)
            return Refuse("checkpoint", Errno.EINVAL, RefusalRule.InvalidText, $"write a name, {Clear} NAME or {Clear}; a name is {NameForm}");
        return text.Length;
    }

    /// <summary>Gives the machine the state that was saved by the name that is written.</summary>
    public Result<int> StoreRestore(int obj, ReadOnlySpan<byte> text)
    {
        var name = Line(text);
        if (!_states.TryGetValue(name, out var state))
            return NotFound("restore", name);
        states.Restore(state);
        // Objects that the checkpoint brought back have another generation now, which they are to keep the next time.
        _states[name] = states.Save();
        machine.Log($"restored checkpoint {name}");
        return text.Length;
    }

    /// <summary>Gives the machine the state that it had at its start.</summary>
    public Result<int> StoreReset(int obj, ReadOnlySpan<byte> text)
    {
        if (Line(text) != "1")
            return Refuse("reset", Errno.EINVAL, RefusalRule.InvalidText, "write 1");
        states.Restore(states.SaveStart());
        machine.Log("reset to the state at the start");
        return text.Length;
    }

    /// <summary>Passes the checkpoints through a stream.</summary>
    public void Transfer(StateStream state)
    {
        var read = state.List(_states, each => new(state.Text(each.Key ?? ""), state.Bytes(each.Value ?? [])));
        foreach (var (name, bytes) in state.IsReading ? read : [])
            _states.Add(name, bytes);
    }

    private static string Line(ReadOnlySpan<byte> text) => Encoding.UTF8.GetString(KernelText.WithoutNewline(KernelText.UpToNul(text)));

    private Result Save(string name)
    {
        if (!ObjectNames.IsName(name) || name == Clear)
            return Refuse("checkpoint", Errno.EINVAL, RefusalRule.InvalidText, $"{Quote(name)} is no name: {NameForm}");
        if (machine.IsOperationWaiting)
            return Refuse("checkpoint", Errno.EBUSY, RefusalRule.OperationWaits, "an operation waits, which a checkpoint cannot hold");
        if (!_states.ContainsKey(name) && _states.Count >= CountMax)
            return Refuse("checkpoint", Errno.ENOSPC, RefusalRule.TooMany, $"there are {CountMax} already; {Clear} NAME forgets one");
        var state = states.Save();
        var others = _states.Where(other => other.Key != name).Sum(other => (long)other.Value.Length);
        if (others + state.Length > BytesMax)
        {
            return Refuse(
                "checkpoint", Errno.ENOSPC, RefusalRule.TooMany, $"all would take more than {BytesMax >> 20} MiB; {Clear} NAME forgets one");
        }
        _states[name] = state;
        return Result.Ok;
    }

    private Errno NotFound(string file, string name)
    {
        var which = _states.Count == 0 ? "there is none" : $"there are: {string.Join(", ", _states.Keys)}";
        return Refuse(file, Errno.ENOENT, RefusalRule.NotFound, $"no checkpoint is named {Quote(name)} ({which})");
    }

    private static string Quote(string name) => WrittenText.Quote(Encoding.UTF8.GetBytes(name));

    private Errno Refuse(string file, Errno error, RefusalRule rule, string reason)
    {
        machine.LogRefused(file, reason, rule);
        return error;
    }
}
