namespace HotplugFs.Engine.Tests.Differential;

/// <summary>All states that operations can reach from a machine at boot; engine and model are compared in each.</summary>
internal sealed class StateSpace
{
    private readonly Era _era;
    private readonly Layout _layout;
    private readonly Operation[] _prelude;
    private readonly bool _hidden;
    private readonly Dictionary<string, Operation[]> _ways = [];

    /// <summary>Explores all states.</summary>
    /// <param name="prelude">Operations that are executed once, first.</param>
    /// <param name="operations">Operations that are tried in every state.</param>
    /// <param name="hidden">True if states that differ only in what blocks remember are different.</param>
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

    /// <summary>Number of operations that were executed, in all states together.</summary>
    public int Transitions { get; private set; }

    /// <summary>Number of operations whose result the documents do not describe.</summary>
    public int Silent { get; private set; }

    private Twins At(Operation[] way)
    {
        var twins = new Twins(_era, _layout);
        foreach (var operation in _prelude.Concat(way))
            twins.Replay(operation);
        return twins;
    }

    /// <summary>Executes an operation in a state.</summary>
    /// <returns>The way to the state that it reaches, or null if that state is known.</returns>
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
