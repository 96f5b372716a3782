namespace HotplugFs.Sysfs.Control;

/// <summary>Adds the changes of a machine to a log, each before it is made.</summary>
/// <param name="save">Saves the state and the checkpoints; null while that is not possible.</param>
internal sealed class ChangeRecorder(IChangeLog log, Func<byte[]?> save)
{
    private readonly StateStream _record = new();

    /// <summary>True if the last change could not be added.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>Adds a change.</summary>
    /// <returns>Success; the errno with which the change has to fail.</returns>
    public Result Append(Change change)
    {
        _record.Clear();
        Change.Transfer(_record, change);
        var appended = log.Append(_record.Written);
        HasFailed = !appended.IsOk;
        return appended;
    }

    /// <inheritdoc cref="IChangeLog.Withdraw"/>
    public void Withdraw() => log.Withdraw();

    /// <inheritdoc cref="IChangeLog.Commit"/>
    public Result Commit() => log.Commit();

    /// <summary>Makes a log short that has become long. No change is under way.</summary>
    public void Shorten()
    {
        if (log.IsLong && save() is { } state)
            log.Replace(state);
    }
}
