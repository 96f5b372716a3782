namespace HotplugFs.Sysfs.Control;

/// <summary>Something that changes a machine or its files, as it is kept in a log.</summary>
/// <param name="Kind">What it is; it decides which of the other values matter.</param>
/// <param name="Time">The machine's time.</param>
internal sealed record Change(ChangeKind Kind, TimeSpan Time)
{
    /// <summary>Who writes.</summary>
    public Caller Caller { get; init; }

    /// <summary>The name of the process that writes.</summary>
    public byte[] Name { get; init; } = [];

    /// <summary>The file or directory; empty if it was removed.</summary>
    public string Path { get; init; } = "";

    /// <summary>What is written.</summary>
    public byte[] Data { get; init; } = [];

    /// <summary>The new mode, owner and times.</summary>
    public AttributesChange Attributes { get; init; }

    /// <summary>Passes a change through a stream.</summary>
    /// <param name="change">The change to write; null to read one.</param>
    public static Change Transfer(StateStream state, Change? change)
    {
        change ??= new Change(default, default);
        var passed = new Change((ChangeKind)state.Number((int)change.Kind), state.Time(change.Time));
        return passed.Kind switch
        {
            ChangeKind.Write => passed with
            {
                Caller = Transfer(state, change.Caller),
                Name = state.Bytes(change.Name),
                Path = state.Text(change.Path),
                Data = state.Bytes(change.Data),
            },
            ChangeKind.Continue => passed with { Caller = Transfer(state, change.Caller) },
            ChangeKind.Read => passed with { Path = state.Text(change.Path) },
            ChangeKind.Attributes => passed with { Path = state.Text(change.Path), Attributes = change.Attributes.Transfer(state) },
            _ => passed,
        };
    }

    private static Caller Transfer(StateStream state, Caller caller) =>
        new((ulong)state.Number((long)caller.Number), state.Flag(caller.HasWaited), state.Flag(caller.IsInterrupted))
        {
            Pid = state.Number(caller.Pid),
            Uid = state.Number(caller.Uid),
        };
}

/// <summary>What can change a machine. The numbers are those of state files.</summary>
internal enum ChangeKind
{
    /// <summary>A write to a file.</summary>
    Write,

    /// <summary>A write that waited is tried again.</summary>
    Continue,

    /// <summary>Time alone changes the machine.</summary>
    Elapse,

    /// <summary>A read that a fault may concern.</summary>
    Read,

    /// <summary>Mode, owner or times of a file change.</summary>
    Attributes,

    /// <summary>Those who wait are gone, with the process that served them.</summary>
    Abandon,
}
