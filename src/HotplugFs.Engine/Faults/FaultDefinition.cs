namespace HotplugFs.Engine.Faults;

/// <summary>A fault to inject: what it applies to, when it acts, and what happens then.</summary>
/// <param name="Target">What it applies to.</param>
/// <param name="Point">When it acts.</param>
/// <param name="Outcome">What happens.</param>
public sealed record FaultDefinition(FaultTarget Target, FaultPoint Point, FaultOutcome Outcome)
{
    /// <summary>The longest time that an operation takes.</summary>
    public static readonly TimeSpan TimeMax = MigrationRate.PerBlockMax;

    /// <summary>The file whose reads it concerns: its path below the target's directory, or for any target its path or its last names.</summary>
    public string? File { get; init; }

    /// <summary>How often it acts, from 1 on; null for always.</summary>
    public int? Times { get; init; }

    /// <summary>How many operations it lets pass before it acts for the first time.</summary>
    public int After { get; init; }

    /// <summary>The chance that it acts, 1 to 100 percent; null if it always does.</summary>
    public int? Percent { get; init; }

    /// <summary>The seed of the chance.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>True if it ends when its block is removed.</summary>
    public bool UntilRemoved { get; init; }

    /// <summary>True if it acts on each matching operation, so that the answer to a question about it does not use it up.</summary>
    public bool IsStanding => Times is null && After == 0 && Percent is null;

    /// <summary>What is wrong with the definition, and what would be right; null if nothing is.</summary>
    public string? FindProblem()
    {
        if (Point == FaultPoint.Read == File is null)
            return Point == FaultPoint.Read ? "read needs a file, such as read state" : "only read takes a file";
        if (Outcome.Text is not null && (Point != FaultPoint.Read || Outcome.Result is not null))
            return "text= is an outcome of read only, without an error";
        if (Outcome.IsSuccess && (Point != FaultPoint.Offline || !IsStanding))
            return "success lets a block with unmovable pages go offline: write it for offline, without times, after and probability";
        if (UntilRemoved && !(Target.Blocks is var (first, last) && first == last))
            return "until=removed needs one block";
        return null;
    }
}

/// <summary>What a fault does.</summary>
/// <param name="Result">Success or an errno; null if the machine decides.</param>
/// <param name="Time">The time that the operation takes first; null for none of the fault's.</param>
/// <param name="Text">What is read, without the last newline; null for what the machine has.</param>
public readonly record struct FaultOutcome(Result? Result, TimeSpan? Time = null, string? Text = null)
{
    /// <summary>The errno with which the operation fails, or null.</summary>
    public Errno? Error => Result is { } result && result.Failed(out var error) ? error : null;

    /// <summary>True if the operation succeeds although the machine would refuse it.</summary>
    public bool IsSuccess => Result is { IsOk: true };
}
