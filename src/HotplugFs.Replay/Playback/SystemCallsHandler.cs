using System.Text.Json;
using HotplugFs.Engine.Memory;

namespace HotplugFs.Replay.Playback;

/// <summary>Repeats sequences of system calls.</summary>
internal sealed class SystemCallsHandler(ReplaySession session)
{
    private readonly CallComparison _comparison = new();

    public void Call(SystemCallsOperation operation)
    {
        RecordedCall[] calls = [.. Calls(operation.Steps).Select(Translate).Select(step => new RecordedCall(step))];
        var results = operation.Results();
        if (Array.Find(results, result => result.Res.Count != calls.Length) is { } wrong)
            throw new FormatException($"{calls.Length} steps have {wrong.Res.Count} results");
        if (session.Machine.WhyNotAs((uint)operation.As, isSequence: true) is { } why)
        {
            foreach (var _ in calls)
                session.Skip(why);
            return;
        }
        session.Controls.SetOfflineResult(ControlFiles.Success);
        var outcomes = session.Machine.Call(calls, (uint)operation.As);
        for (var i = 0; i < calls.Length; i++)
        {
            if (outcomes[i].Skipped is { } reason)
                session.Skip(reason);
            else
                Compare(operation, calls[i], Array.ConvertAll(results, result => Differences(result.Res[i], outcomes[i])));
        }
    }

    private JsonElement Translate(JsonElement step) =>
        session.Trace.Machine.Definition.Architecture == Architecture.Ppc64le ? ForeignFlags.Translate(step) : step;

    private Difference[] Differences(RecordedResult recorded, CallOutcome got) => [.. _comparison.Differences(recorded, got)];

    private static JsonElement.ArrayEnumerator Calls(JsonElement steps) =>
        steps.ValueKind == JsonValueKind.Array ? steps.EnumerateArray() : throw new FormatException("\"steps\" must be an array");

    /// <summary>Counts a call, as skipped if a difference is known; other differences diverge even then.</summary>
    /// <param name="differences">The differences from each recorded result. One result without differences is enough.</param>
    private void Compare(SystemCallsOperation operation, RecordedCall call, Difference[][] differences)
    {
        string? reason = null;
        foreach (var difference in differences.MinBy(of => of.Length)!)
        {
            if (session.Explain(CallName.Of(call), difference) is { } known)
                reason = known;
            else
                session.Diverged(operation, $"{call}: {difference}");
        }
        if (reason is null)
            session.Count();
        else
            session.Skip(reason);
    }
}
