namespace HotplugFs.Sysfs.Control;

/// <summary>Keeps the changes of a machine outside of this process, so that another one can make them again (docs/state.md).</summary>
public interface IChangeLog
{
    /// <summary>True if the changes take so much space that a state should take their place.</summary>
    bool IsLong { get; }

    /// <summary>Adds a change before it is made.</summary>
    /// <returns>Success; the errno with which the change has to fail, and then the log is as before.</returns>
    Result Append(ReadOnlySpan<byte> change);

    /// <summary>Takes the last change back, because it changed nothing.</summary>
    void Withdraw();

    /// <summary>Called before the caller learns of the last change.</summary>
    /// <returns>Success; the errno with which writing it to the disk failed.</returns>
    Result Commit();

    /// <summary>Puts a state in the place of all changes; if that fails, they stay.</summary>
    void Replace(ReadOnlySpan<byte> state);
}
