using HotplugFs.Cli.Maps;
using HotplugFs.Engine;
using HotplugFs.Engine.Faults;
using HotplugFs.Engine.Memory;
using HotplugFs.Kernels;

namespace HotplugFs.Cli.Explanations;

/// <summary>Explains in a few sentences what a write would do and why.</summary>
internal sealed class Explainer(MachineCopy copy)
{
    /// <summary>Machines with more blocks are not booted under every kernel.</summary>
    private const int BlocksForKernels = 1 << 16;

    /// <summary>Returns the paragraphs about a write.</summary>
    public IEnumerable<string> Explain(BlockRequest request)
    {
        var machine = copy.Boot();
        var attempt = machine.Write(request.Path, request.Text);
        var outcome = Outcome(request, attempt, machine.Files.Machine);
        yield return $"Writing {request.Text} to {request.Name} {outcome}{Because(attempt)}.{Effects(request, attempt, machine.Files.Machine)}";
        if (attempt.Rule is { } rule)
            yield return RuleText.Of(rule).Meaning;
        if (Elsewhere(request, outcome) is { Length: > 0 } elsewhere)
            yield return $"With other kernels the write {elsewhere}.";
        if (attempt.IsDone)
            yield break;
        var suggestion = new Suggestion(copy, request, attempt.Rule).Find();
        if (suggestion.Length > 0)
            yield return $"Instead: {suggestion}";
        if (attempt.Rule is { } known)
            yield return $"{(suggestion.Length > 0 ? "" : $"Instead: {RuleText.Of(known).Instead} ")}See {Reference(known)}.";
    }

    /// <summary>Returns the sentence about a write.</summary>
    public string Summarize(BlockRequest request)
    {
        var machine = copy.Boot();
        var attempt = machine.Write(request.Path, request.Text);
        return $"{request.Text}: {Outcome(request, attempt, machine.Files.Machine)}{Because(attempt)}.";
    }

    /// <summary>Returns the paragraphs about a refusal that has happened.</summary>
    /// <param name="write">The entry of the journal in words.</param>
    /// <param name="reason">The reason that the machine gave.</param>
    public static IEnumerable<string> Explain(RefusalRule rule, string write, string reason)
    {
        yield return $"{write}: {reason}.";
        yield return RuleText.Of(rule).Meaning;
        yield return $"Instead: {RuleText.Of(rule).Instead} See {Reference(rule)}.";
    }

    private static string Reference(RefusalRule rule) => $"{RuleText.Of(rule).Document}, \"{RuleText.Of(rule).Section}\"";

    private static string Because(Attempt attempt) => attempt.Rule is { } rule ? $" (rule {rule.Word()}): {attempt.Reason}" : "";

    private static string Outcome(BlockRequest request, Attempt attempt, Machine machine)
    {
        if (attempt.WaitsForSignal)
            return "waits until its pages can move or a signal ends it";
        if (attempt.Error is { } error)
            return $"fails with {error.Name()}";
        if (attempt.Rule is not null)
            return attempt.Bytes < request.Text.Length ? $"takes {attempt.Bytes} of {request.Text.Length} bytes and has no effect" : "has no effect";
        if (request.Block is not { } number || !machine.TryGetBlock(new BlockId(number), out var block))
            return "succeeds";
        return block.State == MemoryBlockState.Online
            ? $"succeeds in zone {string.Join(" and ", machine.ZoneTypes.Where(block.Zones.Has).Select(zone => zone.Name()))}"
            : "succeeds";
    }

    private static string Effects(BlockRequest request, Attempt attempt, Machine machine)
    {
        List<string> effects = [];
        if (machine.MigratedPages > 0)
            effects.Add($"{MapWords.Size(machine.MigratedPages * machine.PageSizeBytes)} of its pages move to other blocks");
        if (attempt.Time > TimeSpan.Zero && !attempt.WaitsForSignal)
            effects.Add($"it takes {TimeText.Format(attempt.Time)}");
        return effects.Count == 0 ? "" : $" {char.ToUpperInvariant(effects[0][0])}{string.Join(", and ", effects)[1..]}.";
    }

    /// <summary>What other kernels do, consecutive ones together; empty if all do the same or the machine is too large to try.</summary>
    private string Elsewhere(BlockRequest request, string outcome)
    {
        List<(string First, string Last, string Outcome)> runs = [];
        if (copy.Boot().Files.Machine.Blocks.Count > BlocksForKernels)
            return "";
        foreach (var kernel in KernelCatalogue.All)
        {
            if (copy.Under(kernel.Name).TryBoot(out var machine) is not null || !machine!.Files.Exists(request.Path))
                continue;
            var other = Outcome(request, machine.Write(request.Path, request.Text), machine.Files.Machine);
            if (runs.Count > 0 && runs[^1].Outcome == other)
                runs[^1] = runs[^1] with { Last = kernel.Name };
            else
                runs.Add((kernel.Name, kernel.Name, other));
        }
        return string.Join("; ", runs.Where(run => run.Outcome != outcome)
            .Select(run => $"{run.Outcome} ({(run.First == run.Last ? run.First : $"{run.First} to {run.Last}")})"));
    }
}
