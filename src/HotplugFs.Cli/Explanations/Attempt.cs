using HotplugFs.Engine.Memory;

namespace HotplugFs.Cli.Explanations;

/// <summary>The result of a write to a copy of a machine.</summary>
/// <param name="Error">The errno with which it failed; null if it succeeded.</param>
/// <param name="Bytes">How many bytes it took.</param>
/// <param name="Rule">The rule that refused it or made it ineffective; null if none did.</param>
/// <param name="Reason">Why, with the numbers, as the machine's log has it; empty if there is no rule.</param>
internal sealed record Attempt(Errno? Error, int Bytes, RefusalRule? Rule, string Reason)
{
    /// <summary>The machine's time that it took.</summary>
    public TimeSpan Time { get; init; }

    /// <summary>True if it would wait until something else happens or a signal ends it.</summary>
    public bool WaitsForSignal { get; init; }

    /// <summary>True if the machine did what was requested.</summary>
    public bool IsDone => Error is null && Rule is null && !WaitsForSignal;
}
