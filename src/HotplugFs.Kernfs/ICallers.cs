namespace HotplugFs.Kernfs;

/// <summary>
/// Follows the callers of stores, for objects whose operations can wait. A store that must wait returns EWAITING, and is called again
/// with the same text when something has changed.
/// </summary>
public interface ICallers
{
    /// <summary>Called before a store.</summary>
    /// <param name="caller">The caller's number; the same when its store is called again.</param>
    void Enter(ulong caller);

    /// <summary>Called when a signal reaches a caller whose store waits.</summary>
    /// <returns>True if the store is to be called again, because it ends now.</returns>
    bool Interrupt(ulong caller);
}
