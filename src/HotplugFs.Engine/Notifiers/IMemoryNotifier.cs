namespace HotplugFs.Engine.Notifiers;

/// <summary>A member of the memory notifier chain (struct notifier_block).</summary>
public interface IMemoryNotifier
{
    /// <summary>Position in the chain: higher priorities are called first, equal ones in the order of registration.</summary>
    int Priority { get; }

    /// <summary>The name that the log gives if this notifier refuses.</summary>
    string Name { get; }

    /// <summary>Called for every action.</summary>
    /// <param name="argument">The pages concerned and the node states that will change.</param>
    /// <returns>An error refuses a GOING action; for other actions it is ignored.</returns>
    Result Notify(MemoryAction action, in MemoryNotify argument);
}
