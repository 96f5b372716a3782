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

    /// <summary>Called before a store.</summary>
    void Enter(in Caller caller);
}
