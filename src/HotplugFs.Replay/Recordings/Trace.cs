using System.Text.Json;
using HotplugFs.Engine.Policies;
using HotplugFs.Kernels;
using HotplugFs.Machines;
using HotplugFs.Machines.Recordings;

namespace HotplugFs.Replay.Recordings;

/// <summary>A recording of a real kernel: the machine in the first line, and an operation in each other line.</summary>
public sealed class Trace : IRecording
{
    private readonly RecordedNumbers _numbers;

    private Trace(string file, string headerLine, string? kernel)
    {
        File = file;
        HeaderLine = headerLine;
        Header = RecordingHeader.Parse(file, headerLine);
        Machine = RecordingMachine.Make(file, Header, kernel);
        NotCompared.Count(headerLine, UncomparedFields);
        _numbers = new RecordedNumbers(Machine.Definition.BlockSizeBytes);
    }

    /// <summary>The file's name as the user gave it.</summary>
    public string File { get; }

    /// <summary>The machine before the first operation.</summary>
    public NamedMachine Machine { get; private set; }

    /// <summary>The first line.</summary>
    public string HeaderLine { get; }

    /// <summary>Returns the first line with the build options that the operations show.</summary>
    public string HeaderWithConfig()
    {
        var header = RecordingHeader.Parse(File, HeaderLine);
        header.Config = Machine.Definition.Config;
        (header.KernelBlocks, header.HoleBlocks, header.Dimms) = (Header.KernelBlocks, Header.HoleBlocks, Header.Dimms);
        return header.ToJson();
    }

    /// <summary>The number of lines after the first.</summary>
    public int Count => Operations.Count + States.Count + Transitions.Count;

    internal RecordingHeader Header { get; }

    /// <summary>The operations in their order; empty in a recording of a whole state space.</summary>
    internal List<RecordedOperation> Operations { get; } = [];

    /// <summary>The states in a recording of a whole state space.</summary>
    internal List<RecordedState> States { get; } = [];

    /// <summary>The transitions in a recording of a whole state space.</summary>
    internal List<RecordedTransition> Transitions { get; } = [];

    /// <summary>How often each field occurs that is not compared; see <see cref="NotCompared"/>.</summary>
    internal SortedDictionary<string, int> UncomparedFields { get; } = [];

    /// <summary>True if the recorder listened to uevents.</summary>
    internal bool ListensToUevents => Operations.Exists(operation => operation.Uev is not null);

    /// <summary>True for a recording of a whole state space.</summary>
    internal bool IsStateSpace => Header.BlocksExplored is not null;

    /// <summary>Reads a recording.</summary>
    /// <param name="path">The file; compressed with gzip if its name ends in <c>.gz</c>.</param>
    /// <param name="kernel">The catalogue's name of the kernel to simulate; null for the recorded kernel.</param>
    /// <exception cref="MachineFileException">The file cannot be read, or a line is invalid; the message names file and line.</exception>
    public static Trace Read(string path, string? kernel = null) =>
        RecordingFile.Read(path, kernel) as Trace ?? throw new MachineFileException(path, 1, "this is the log of an experiment");

    /// <inheritdoc cref="Read(string, string?)"/>
    /// <param name="header">The first line.</param>
    /// <param name="lines">The other lines.</param>
    internal static Trace Read(string path, string header, LimitedLines lines, string? kernel)
    {
        var trace = new Trace(path, header, kernel);
        while (lines.Next() is { } line)
            trace.Add(trace.Count + 2, line);
        if (KernelCatalogue.Get(trace.Machine.Kernel).Rules.Zones is OnlineTimePolicy { HolesKeepBlocks: true })
        {
            RecordedMemory.Complete(trace.Header, trace.Operations);
            trace.Machine = RecordingMachine.Make(path, trace.Header, kernel);
        }
        var definition = trace.Machine.Definition;
        var files = KernelCatalogue.Get(trace.Machine.Kernel, definition.Architecture).Files;
        trace.Machine = trace.Machine with
        {
            Definition = definition with { Config = new RecordedBuild(trace.Operations, definition).Complete(definition.Config, files) },
        };
        return trace;
    }

    private void Add(int number, string line)
    {
        if (!IsStateSpace)
            Operations.Add(ReadOperation(number, line));
        else if (line.Contains("\"from\"", StringComparison.Ordinal))
            AddTransition(number, RecordingLine.Parse(File, number, line, TraceJson.Default.RecordedTransition));
        else
            AddState(number, RecordingLine.Parse(File, number, line, TraceJson.Default.RecordedState));
        NotCompared.Count(line, UncomparedFields);
    }

    private void AddState(int number, RecordedState state)
    {
        Check(number, () => _numbers.Check(state));
        States.Add(state);
    }

    private void AddTransition(int number, RecordedTransition transition)
    {
        transition.Line = number;
        Transitions.Add(transition);
    }

    private RecordedOperation ReadOperation(int number, string line)
    {
        var operation = RecordingLine.Parse(File, number, line, TraceJson.Default.RecordedOperation);
        operation.Line = number;
        Check(number, () => _numbers.Check(operation));
        if (operation.OtherRun is { ValueKind: JsonValueKind.Object } other)
            operation.Other = ReadOperation(number, Merge(line, other));
        return operation;
    }

    private void Check(int number, Action check)
    {
        try
        {
            check();
        }
        catch (FormatException error)
        {
            throw new MachineFileException(File, number, $"this is not an operation of a recording: {error.Message}");
        }
    }

    /// <summary>Replaces members of an operation by those of the other run.</summary>
    private static string Merge(string line, JsonElement other)
    {
        var kept = JsonElement.Parse(line).EnumerateObject()
            .Where(member => member.Name != "other_run" && !other.TryGetProperty(member.Name, out _));
        return $"{{{string.Join(',', kept.Concat(other.EnumerateObject()))}}}";
    }
}
