using HotplugFs.Abi;

namespace HotplugFs.Engine.Notifiers;

/// <summary>Something that is told of memory coming and going and may refuse (struct notifier_block).</summary>
public interface IMemoryNotifier
{
    /// <summary>Place in the chain: higher is told earlier, equal ones in the order of registration.</summary>
    int Priority { get; }

    /// <summary>The name that a refusal is explained with.</summary>
    string Name { get; }

    /// <summary>Called for every action.</summary>
    /// <param name="action">What is going on.</param>
    /// <param name="argument">Which pages, and which node states will change.</param>
    /// <returns>An error refuses a GOING action; for the others the result is ignored.</returns>
    Result Notify(MemoryAction action, in MemoryNotify argument);
}

/// <summary>The memory notifier chain. Source: legacy.md 9.</summary>
/// <remarks>Owned by the thread that owns the machine.</remarks>
public sealed class NotifierChain
{
    private readonly List<IMemoryNotifier> _notifiers = [];

    /// <summary>Adds a notifier behind those of the same priority.</summary>
    /// <param name="notifier">The notifier.</param>
    public void Register(IMemoryNotifier notifier)
    {
        var index = _notifiers.FindIndex(other => other.Priority < notifier.Priority);
        _notifiers.Insert(index < 0 ? _notifiers.Count : index, notifier);
    }

    /// <summary>Tells a GOING action; the first error ends it, and the matching CANCEL then goes to the whole chain.</summary>
    /// <param name="going">GoingOnline or GoingOffline.</param>
    /// <param name="argument">Which pages.</param>
    /// <param name="refusedBy">The notifier that refused.</param>
    /// <returns>The refusing notifier's error, as it is.</returns>
    internal Result Ask(MemoryAction going, in MemoryNotify argument, out IMemoryNotifier? refusedBy)
    {
        foreach (var notifier in _notifiers)
        {
            var result = notifier.Notify(going, argument);
            if (result.IsOk)
                continue;
            refusedBy = notifier;
            Tell(going == MemoryAction.GoingOnline ? MemoryAction.CancelOnline : MemoryAction.CancelOffline, argument);
            return result;
        }
        refusedBy = null;
        return Result.Ok;
    }

    /// <summary>Tells an action that nobody can refuse to the whole chain.</summary>
    /// <param name="action">The action.</param>
    /// <param name="argument">Which pages.</param>
    internal void Tell(MemoryAction action, in MemoryNotify argument)
    {
        foreach (var notifier in _notifiers)
            notifier.Notify(action, argument);
    }
}
