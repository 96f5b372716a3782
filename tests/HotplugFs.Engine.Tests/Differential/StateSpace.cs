namespace HotplugFs.Engine.Tests.Differential;

/// <summary>All states that operations lead to from a machine at boot, each compared between engine and model on the way.</summary>
internal sealed class StateSpace
{
    private readonly Era _era;
    private readonly Layout _layout;
    private readonly Operation[] _prelude;
    private readonly bool _hidden;
    private readonly Dictionary<string, Operation[]> _ways = [];

    /// <summary>Explores.</summary>
    /// <param name="era">The kernel.</param>
    /// <param name="layout">The machine at boot.</param>
    /// <param name="prelude">What is done first, once.</param>
    /// <param name="operations">What is tried in every state.</param>
    /// <param name="hidden">What blocks remember makes a difference.</param>
    public StateSpace(Era era, Layout layout, Operation[] prelude, IEnumerable<Operation> operations, bool hidden = true)
    {
        (_era, _layout, _prelude, _hidden) = (era, layout, prelude, hidden);
        var tried = operations.ToArray();
        var queue = new Queue<Operation[]>([[]]);
        var start = At([]);
        start.CompareAtBoot();
        _ways.Add(Key(start), []);
        while (queue.TryDequeue(out var way))
        {
            foreach (var operation in tried)
            {
                if (Follow(way, operation) is { } further)
                    queue.Enqueue(further);
            }
        }
    }

    public int States => _ways.Count;

    /// <summary>Operations that the kernel has, in all states together.</summary>
    public int Transitions { get; private set; }

    public int Silent { get; private set; }

    private Twins At(Operation[] way)
    {
        var twins = new Twins(_era, _layout);
        foreach (var operation in _prelude.Concat(way))
            twins.Replay(operation);
        return twins;
    }

    /// <summary>Does an operation in a state.</summary>
    /// <returns>The way to the state that it leads to, if that is a new one.</returns>
    private Operation[]? Follow(Operation[] way, Operation operation)
    {
        var twins = At(way);
        try
        {
            if (!twins.Do(operation))
                return null;
        }
        catch (RulesAreSilentException)
        {
            Silent++;
            return null;
        }
        Transitions++;
        Operation[] further = [.. way, operation];
        return _ways.TryAdd(Key(twins), further) ? further : null;
    }

    private string Key(Twins twins) => twins.Text + (_hidden ? twins.Model.Hidden() : twins.Model.Settings());
}
