namespace HotplugFs.Engine.Notifiers;

/// <summary>The memory notifier chain. Source: docs/kernels.md, "Notifier chain".</summary>
/// <remarks>Owned by the machine's thread.</remarks>
public sealed class NotifierChain
{
    private readonly List<IMemoryNotifier> _notifiers = [];

    /// <summary>Adds a notifier after those of the same priority.</summary>
    public void Register(IMemoryNotifier notifier)
    {
        var index = _notifiers.FindIndex(other => other.Priority < notifier.Priority);
        _notifiers.Insert(index < 0 ? _notifiers.Count : index, notifier);
    }

    /// <summary>
    /// Asks the notifiers for their consent (blocking_notifier_call_chain_robust). The first error ends the round, and then the whole
    /// chain gets the matching CANCEL, members that were not asked included.
    /// </summary>
    /// <param name="going"><see cref="MemoryAction.GoingOnline"/> or <see cref="MemoryAction.GoingOffline"/>.</param>
    /// <param name="refusedBy">The notifier that refused, or null.</param>
    /// <returns>Success, or the error of the notifier that refused.</returns>
    internal Result CallChain(MemoryAction going, in MemoryNotify argument, out IMemoryNotifier? refusedBy)
    {
        foreach (var notifier in _notifiers)
        {
            var result = notifier.Notify(going, argument);
            if (result.IsOk)
                continue;
            refusedBy = notifier;
            Notify(going == MemoryAction.GoingOnline ? MemoryAction.CancelOnline : MemoryAction.CancelOffline, argument);
            return result;
        }
        refusedBy = null;
        return Result.Ok;
    }

    /// <summary>Notifies the whole chain of an action that cannot be refused.</summary>
    internal void Notify(MemoryAction action, in MemoryNotify argument)
    {
        foreach (var notifier in _notifiers)
            notifier.Notify(action, argument);
    }
}
