using System.Text.Json;
using HotplugFs.Machines;

namespace HotplugFs.Replay.Playback;

/// <summary>What the handlers of operations share: the recording, the simulated machine, and the report.</summary>
internal sealed class ReplaySession(
    Trace trace, ReplayReport report, IReplayMachine machine, IReadOnlyList<KnownDifference> knownDifferences)
{
    private const int QuotedBytesMax = 60;

    public Trace Trace { get; } = trace;

    public IReplayMachine Machine { get; } = machine;

    public ControlFiles Controls { get; } = new(machine);

    /// <summary>The recorded state after the operations so far.</summary>
    public MachineState Expected { get; set; } = MachineState.Of(trace.Header);

    /// <summary>Runs an action that reads arguments of a line, and blames the line for invalid ones.</summary>
    /// <exception cref="MachineFileException">The line is invalid.</exception>
    public static T Guard<T>(Trace trace, int line, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (FormatException error)
        {
            throw new MachineFileException(trace.File, line, $"this is not an operation of a recording: {error.Message}");
        }
    }

    public void Count() => report.Count();

    public void Skip(string reason) => report.Skip(reason);

    public void Diverged(RecordedOperation operation, string what) => Diverged(operation.Line, Describe(operation), what);

    public void Diverged(int line, string operation, string what) => report.Add(new Divergence(Trace.File, line, operation, what));

    /// <summary>Returns the reason of a difference that is known; null if it is a divergence.</summary>
    public string? Explain(string call, Difference difference) =>
        knownDifferences.FirstOrDefault(known => known.Explains(call, difference))?.Reason;

    /// <summary>Compares an errno, and counts the operation, as skipped if its difference is known.</summary>
    /// <param name="at">The system call that failed, if the operation makes several.</param>
    /// <param name="call">The <see cref="CallName"/> of the operation.</param>
    /// <returns>The results of the operation that have this errno and failed call; none if there is a difference.</returns>
    public T[] CompareError<T>(T operation, string? error, string? at, string call)
        where T : FallibleOperation
    {
        var agreeing = Array.FindAll(
            operation.Results(), result => IsSame(result.Err, error) && (error is null || at == result.FailedCall));
        if (agreeing.Length > 0)
        {
            Count();
            return agreeing;
        }
        var difference = new Difference("error", operation.Err ?? Difference.Success, error ?? Difference.Success);
        if (Explain(call, difference) is { } reason)
        {
            Skip(reason);
            return [];
        }
        Count();
        Diverged(operation, $"got {difference.Got}{At(at)}, expected {difference.Expected}{At(operation.FailedCall)}");
        return [];
    }

    /// <summary>Compares whether an operation succeeded, and counts it.</summary>
    public void CompareSuccess(FallibleOperation operation, Result outcome)
    {
        Count();
        if (Array.TrueForAll(operation.Results(), result => outcome.IsOk != result.Err is null))
            Diverged(operation, $"got {outcome}, expected {operation.Err ?? "ok"}");
    }

    /// <summary>Compares errno. Recordings hold <c>?</c> for an errno without a name.</summary>
    public static bool IsSame(string? expected, string? error) =>
        error == expected || (expected == "?" && error is not null && char.IsAsciiDigit(error[0]));

    /// <summary>Returns bytes as a JSON text, at most the first 60.</summary>
    public static string Quote(ReadOnlySpan<byte> bytes)
    {
        var text = Encoding.Latin1.GetString(bytes[..Math.Min(bytes.Length, QuotedBytesMax)]);
        return $"\"{JsonEncodedText.Encode(text)}\"";
    }

    private static string At(string? call) => call is null ? "" : $" at {call}";

    /// <summary>Returns an operation as text.</summary>
    public static string Describe(RecordedOperation operation) => operation switch
    {
        WriteOperation write => $"write {write.Path} {Quote(Encoding.Latin1.GetBytes(write.Data))}",
        ReadOperation read => $"read {read.Path}",
        ListOperation list => $"ls {list.Path}",
        TreeOperation tree => $"tree {tree.Path}",
        SystemCallsOperation => "sys",
        PlugOperation plug => $"plug {plug.Id}",
        UnplugOperation unplug => $"unplug {unplug.Id}",
        PlugVirtioMemOperation plug => $"vmem_plug {plug.Id}",
        ResizeVirtioMemOperation resize => $"vmem_size {resize.Id}",
        ZonesOperation => "zones",
        _ => operation.GetType().Name,
    };
}
