using System.Globalization;
using System.Text.Json;
using HotplugFs.Abi;
using HotplugFs.Kernels;
using HotplugFs.Machines;
using HotplugFs.Sysfs.Profiles;

namespace HotplugFs.Replay;

/// <summary>
/// Repeats what was done to a real kernel on a simulated one of the same machine and compares after every operation: errno, the step
/// that failed, bytes read, short counts, and the whole state (blocks, node states, zone spans and present pages).
/// </summary>
/// <remarks>
/// Whether a page of the kernel lies in a block is the one thing a simulation cannot know: where a recording says that an offline failed
/// with EBUSY or EAGAIN, that answer is taken from it, after all rules that come before were asked.
/// </remarks>
public sealed partial class Replayer
{
    private readonly Trace _trace;
    private readonly ReplayReport _report;
    private readonly ReplayOptions _options;
    private readonly IReplayMachine _machine;
    private readonly Controls _controls;
    private MachineState _expected = new();

    /// <summary>True if every operation records the zones that it changed, as those of 4.4 and 4.9 do.</summary>
    private readonly bool _recordsZones;

    private Replayer(Trace trace, ReplayReport report, ReplayOptions options, IReplayMachine machine)
    {
        _trace = trace;
        _report = report;
        _options = options;
        _machine = machine;
        _controls = new Controls(machine);
        _recordsZones = trace.Header.TryGetProperty("machine_def", out _);
    }

    /// <summary>Replays a recording.</summary>
    /// <param name="trace">The recording.</param>
    /// <param name="report">Where to count and to put divergences.</param>
    /// <param name="options">How.</param>
    /// <exception cref="MachineFileException">A line is no operation of a recording; the message names file and line.</exception>
    /// <exception cref="OperationCanceledException">It was asked to stop; nothing is left mounted.</exception>
    public static void Replay(Trace trace, ReplayReport report, ReplayOptions? options = null)
    {
        options ??= new ReplayOptions();
        if (options.Kernel is { } kernel)
            trace = trace with { Machine = trace.Machine with { Kernel = kernel } };
        if (StateSpaceReplayer.IsStateSpace(trace))
        {
            using var states = Guard(trace, new TraceLine(1, trace.Header), () => new StateSpaceReplayer(trace, report, options));
            states.Run();
            return;
        }
        using var machine = options.Machines.Boot(trace);
        new Replayer(trace, report, options, machine).Run();
    }

    private void Run()
    {
        _expected.Apply(_trace.Header);
        ListenForUevents();
        CompareState(new TraceLine(1, _trace.Header), "boot", _machine.ReadState(_recordsZones));
        foreach (var line in _trace.Lines)
        {
            _options.BeforeOperation();
            if (line.Has("died"))
            {
                _report.Skip("the recorded kernel crashed");
                return;
            }
            Guard(_trace, line, () => Repeat(line));
        }
    }

    /// <summary>Does what a line says. A line that lacks what that takes is a mistake of the recording, not of this program.</summary>
    internal static T Guard<T>(Trace trace, TraceLine line, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception error) when (error is KeyNotFoundException or InvalidOperationException or FormatException or IndexOutOfRangeException)
        {
            throw new MachineFileException(trace.File, line.Number, $"this is no operation as recordings have them: {error.Message}");
        }
    }

    /// <returns>False if the line is no operation.</returns>
    private bool Repeat(TraceLine line)
    {
        switch (line.Text("op"))
        {
            case "write":
                Write(line);
                break;
            case "read":
                Read(line);
                break;
            case "ls":
                List(line);
                break;
            case "plug":
                Plug(line);
                break;
            case "unplug":
                Unplug(line);
                break;
            case "vmem_plug":
                PlugVirtioMem(line);
                break;
            case "vmem_size":
                ResizeVirtioMem(line);
                break;
            case "zones":
                Zones(line);
                break;
            case "note" or "klog":
                return false;
            case "sys":
                SystemCalls(line);
                break;
            case "tree":
                Tree(line);
                break;
            case var other:
                var named = other is null ? "missing" : $"\"{other}\"";
                throw new MachineFileException(_trace.File, line.Number, $"\"op\": {named} is no operation of a recording");
        }
        CompareState(line);
        CompareUevents(line);
        return true;
    }

    private SysfsProfile Files => KernelCatalogue.Get(_trace.Machine.Kernel).Files;

    private static uint User(TraceLine line) => (uint)(line.Number64("as") ?? 0);

    /// <summary>Compares the whole state with what it is to be after a line: the first result of the line that it agrees with, else the first.</summary>
    private void CompareState(TraceLine line)
    {
        var results = line.Results;
        var found = _machine.ReadState(_recordsZones, TouchedBlocks(results));
        var agreed = results.Count == 1 ? null : results.Select(After).FirstOrDefault(state => !state.Differences(found, _recordsZones).Any());
        _expected = agreed ?? Apply(_expected, line);
        if (agreed is null)
            CompareState(line, Describe(line), found);
    }

    private void CompareState(TraceLine line, string operation, MachineState found)
    {
        foreach (var difference in _expected.Differences(found, _recordsZones))
            _report.Diverged(new Divergence(_trace.File, line.Number, operation, difference));
    }

    private MachineState After(TraceLine result) => Apply(_expected.Copy(), result);

    private static MachineState Apply(MachineState state, TraceLine line)
    {
        if (line.Json.TryGetProperty("snap", out var snap))
            state.Apply(snap);
        return state;
    }

    private static int[]? TouchedBlocks(IReadOnlyList<TraceLine> results)
    {
        int[] touched = [.. results.SelectMany(TouchedBlocks)];
        return touched.Length == 0 ? null : touched;
    }

    private static IEnumerable<int> TouchedBlocks(TraceLine line) =>
        line.Json.TryGetProperty("snap", out var snap) && snap.TryGetProperty("blocks", out var blocks)
            ? blocks.EnumerateObject().Select(block => int.Parse(block.Name, CultureInfo.InvariantCulture))
            : [];

    /// <summary>Counts an operation, unless its one difference is a known one.</summary>
    /// <returns>The results that have this errno and step; none if it is another.</returns>
    private TraceLine[] CompareError(TraceLine line, string? error, string? at, string call = "")
    {
        TraceLine[] agreeing = [.. line.Results.Where(result => IsThe(result.Text("err"), error) && (error is null || at == result.Text("at")))];
        if (agreeing.Length > 0)
        {
            _report.Count();
            return agreeing;
        }
        var (expected, expectedAt) = (line.Text("err"), line.Text("at"));
        var difference = new Difference("error", expected ?? Difference.Success, error ?? Difference.Success);
        if (Explanation(call, difference) is { } known)
        {
            _report.Skip(known.Reason);
            return [];
        }
        _report.Count();
        Diverged(line, $"got {difference.Got}{At(at)}, expected {difference.Expected}{At(expectedAt)}");
        return [];
    }

    private KnownDifference? Explanation(string call, Difference difference) =>
        _options.Machines.KnownDifferences.FirstOrDefault(known => known.Explains(call, difference));

    /// <summary>The recordings say <c>?</c> for an errno that has no name.</summary>
    internal static bool IsThe(string? expected, string? error) =>
        error == expected || (expected == "?" && error is not null && char.IsAsciiDigit(error[0]));

    private void CompareSuccess(TraceLine line, Result outcome)
    {
        _report.Count();
        if (line.Results.All(result => outcome.IsOk == result.Has("err")))
            Diverged(line, $"got {outcome}, expected {line.Text("err") ?? "ok"}");
    }

    private static string At(string? step) => step is null ? "" : $" at {step}";

    private void Diverged(TraceLine line, string what) => _report.Diverged(new Divergence(_trace.File, line.Number, Describe(line), what));

    private static string Describe(TraceLine line) =>
        $"{line.Text("op")} {line.Text("path") ?? line.Text("id")}{(line.Has("data") ? $" {Quote(line.Bytes("data"))}" : "")}".TrimEnd();

    private static string Quote(ReadOnlySpan<byte> bytes) =>
        JsonSerializer.Serialize(System.Text.Encoding.Latin1.GetString(bytes[..Math.Min(bytes.Length, 60)]), TraceJson.Default.String);
}

[System.Text.Json.Serialization.JsonSerializable(typeof(string))]
internal sealed partial class TraceJson : System.Text.Json.Serialization.JsonSerializerContext;
