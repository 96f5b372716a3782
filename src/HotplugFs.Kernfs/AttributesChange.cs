namespace HotplugFs.Kernfs;

/// <summary>The change that chmod(2), chown(2) or utimensat(2) requests. Null leaves a value unchanged.</summary>
public readonly record struct AttributesChange
{
    /// <summary>The new permissions; type bits are ignored.</summary>
    public uint? Mode { get; init; }

    /// <summary>The new owner.</summary>
    public uint? Uid { get; init; }

    /// <summary>The new group.</summary>
    public uint? Gid { get; init; }

    /// <summary>The new time of the last access.</summary>
    public Timespec? AccessTime { get; init; }

    /// <summary>The new time of the last modification.</summary>
    public Timespec? ModifyTime { get; init; }

    /// <summary>The time of this change; the tree has no clock.</summary>
    public Timespec Now { get; init; }

    /// <summary>True if nothing changes, as when only truncation is requested.</summary>
    public bool IsEmpty => (Mode ?? Uid ?? Gid) is null && AccessTime is null && ModifyTime is null;

    /// <summary>Passes the change through a stream.</summary>
    public AttributesChange Transfer(StateStream state) => new()
    {
        Mode = (uint?)state.Optional(Mode),
        Uid = (uint?)state.Optional(Uid),
        Gid = (uint?)state.Optional(Gid),
        AccessTime = Transfer(state, AccessTime),
        ModifyTime = Transfer(state, ModifyTime),
        Now = Now.Transfer(state),
    };

    private static Timespec? Transfer(StateStream state, Timespec? time) =>
        state.Flag(time is not null) ? time.GetValueOrDefault().Transfer(state) : null;
}
