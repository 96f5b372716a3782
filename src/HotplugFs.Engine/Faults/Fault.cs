using HotplugFs.Engine.Pages;

namespace HotplugFs.Engine.Faults;

/// <summary>A fault that is injected, and how much of it is left.</summary>
/// <param name="id">Its number, which no other fault of the machine has had.</param>
public sealed class Fault(int id, FaultDefinition definition)
{
    private int _seed = definition.Seed;

    /// <summary>The fault as it was added.</summary>
    private FaultDefinition Definition => definition;

    /// <summary>Its number, from 1 on.</summary>
    public int Id => id;

    /// <summary>The definition that continues the fault as it is now.</summary>
    public FaultDefinition Rest => definition with { Times = Left, After = After, Seed = _seed };

    /// <summary>How often it still acts; null for always.</summary>
    public int? Left { get; private set; } = definition.Times;

    /// <summary>What happens.</summary>
    public FaultOutcome Outcome => definition.Outcome;

    /// <inheritdoc cref="FaultDefinition.IsStanding"/>
    internal bool IsStanding => definition.IsStanding;

    /// <summary>How many operations it still lets pass.</summary>
    private int After { get; set; } = definition.After;

    /// <summary>True if it can act on a subject.</summary>
    public bool Matches(FaultPoint point, in FaultSubject subject) => definition.Point == point && Left != 0 && definition.Target.Includes(subject);

    /// <summary>Uses the fault once.</summary>
    /// <returns>False if it does not act this time.</returns>
    internal bool TryUse()
    {
        if (After > 0)
        {
            After--;
            return false;
        }
        if (definition.Percent is { } percent && Roll() >= percent)
            return false;
        Left -= 1;
        return true;
    }

    /// <summary>Passes the fault through a stream.</summary>
    internal static Fault Transfer(StateStream state, Fault? fault)
    {
        var id = state.Number(fault?.Id ?? 0);
        var words = state.List<string>(fault is null ? [] : [.. FaultSyntax.Words(fault.Definition)], state.Text);
        if (!FaultSyntax.TryParse([.. words], out var definition, out var problem))
            throw new FormatException($"fault {id} is no fault: {problem}");
        var passed = new Fault(id, definition);
        passed.Left = (int?)state.Optional(fault?.Left);
        (passed.After, passed._seed) = (state.Number(fault?.After ?? 0), state.Number(fault?._seed ?? 0));
        return passed;
    }

    /// <summary>The fault and what is left of it, for the log: <c>fault 1 (EBUSY), 1 of 2 left</c>.</summary>
    public override string ToString()
    {
        var left = Left is { } number ? string.Create(CultureInfo.InvariantCulture, $", {number} of {definition.Times} left") : "";
        return $"fault {id} ({FaultSyntax.Describe(Outcome)}){left}";
    }

    /// <summary>A number from 0 to 99. The next seed is kept as a whole, so that a saved fault continues in the same way.</summary>
    private int Roll()
    {
        var random = new SplitMix64((ulong)_seed).Next();
        _seed = (int)(random & int.MaxValue);
        return (int)((random >> 32) % 100);
    }
}
