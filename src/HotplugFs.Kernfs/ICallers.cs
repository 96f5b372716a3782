namespace HotplugFs.Kernfs;

/// <summary>
/// Follows the callers of stores, for objects whose operations can wait. A store or show that must wait returns EWAITING, and is called
/// again with the same text when something has changed or <see cref="Due"/> has passed.
/// </summary>
public interface ICallers
{
    /// <summary>How long it takes until time alone ends a wait or changes something; null if it does not.</summary>
    TimeSpan? Due { get; }

    /// <summary>Called when <see cref="Due"/> has passed; what time alone does changes the tree.</summary>
    void Elapse();

    /// <summary>Called before a read that can be intercepted.</summary>
    void Enter(in Caller caller);

    /// <summary>Called before each write, also when one that waits is tried again.</summary>
    /// <param name="data">What is written.</param>
    /// <returns>Success, or the errno with which the write fails without reaching the file.</returns>
    Result BeginWrite(in Caller caller, KernfsOpenFile file, ReadOnlySpan<byte> data);

    /// <summary>Called after each write that has reached its file.</summary>
    /// <param name="data">What was written.</param>
    /// <param name="result">The result of the write; EWAITING if it waits.</param>
    /// <returns>The result that the caller gets.</returns>
    Result<int> EndWrite(in Caller caller, KernfsOpenFile file, ReadOnlySpan<byte> data, in Result<int> result);

    /// <summary>Called before mode, owner or times of a file or directory are changed.</summary>
    /// <returns>Success, or the errno with which the change fails.</returns>
    Result BeginChange(NodeId id, in AttributesChange change);
}
