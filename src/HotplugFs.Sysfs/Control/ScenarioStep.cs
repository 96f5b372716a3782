namespace HotplugFs.Sysfs.Control;

/// <summary>A step of a scenario: what is written to the machine's own files, and when.</summary>
/// <param name="Line">The line of the file that describes the step.</param>
/// <param name="At">The machine's time at which it happens; null if an event starts it.</param>
/// <param name="Event">The event that starts it; null if the time does.</param>
/// <param name="Times">How many times it happens at most, from 1 on.</param>
/// <param name="Actions">What it does, in this order.</param>
public sealed record ScenarioStep(int Line, TimeSpan? At, ScenarioEvent? Event, int Times, IReadOnlyList<ScenarioAction> Actions)
{
    /// <summary>The step in words: <c>on online memory48: fault memory49 offline EBUSY</c>.</summary>
    public override string ToString() =>
        $"{(At is { } time ? $"at {TimeText.Format(time)}" : $"on {Event}")}: {string.Join("; ", Actions)}";
}
