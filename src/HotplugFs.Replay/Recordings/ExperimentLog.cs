using System.Text.Json;
using HotplugFs.Kernels;
using HotplugFs.Machines;

namespace HotplugFs.Replay.Recordings;

/// <summary>
/// The log of an experiment with memory in use on a real kernel: what programs, files and the hypervisor did, and what was seen.
/// tests/recordings/pages/README.md describes the format.
/// </summary>
public sealed class ExperimentLog : IRecording
{
    private ExperimentLog(string file, ExperimentStep header, Kernel kernel, List<ExperimentStep> steps, int count)
    {
        (File, Kernel, Steps, Count) = (file, kernel, steps, count);
        (Name, Append) = (header.Text("name") ?? "", header.Text("append") ?? "");
    }

    /// <summary>The file's name as the user gave it.</summary>
    public string File { get; }

    /// <summary>The name of the experiment, such as <c>off-kinds</c>.</summary>
    public string Name { get; }

    /// <summary>The kernel to simulate.</summary>
    public Kernel Kernel { get; }

    /// <inheritdoc/>
    public int Count { get; }

    /// <summary>The boot options.</summary>
    internal string Append { get; }

    /// <summary>The steps in their order.</summary>
    internal IReadOnlyList<ExperimentStep> Steps { get; }

    /// <summary>Opens a file that must be of this form.</summary>
    /// <exception cref="MachineFileException">The file cannot be read, or a line is invalid; the message names file and line.</exception>
    public static ExperimentLog Read(string path) =>
        RecordingFile.Read(path) as ExperimentLog ?? throw new MachineFileException(path, 1, "this is not the log of an experiment");

    /// <summary>True if a first line is that of an experiment.</summary>
    internal static bool IsHeader(string line)
    {
        try
        {
            var json = JsonElement.Parse(line);
            return json.ValueKind == JsonValueKind.Object && json.TryGetProperty("name", out _) && json.TryGetProperty("machine", out _)
                && !json.TryGetProperty("block_size_bytes", out _);
        }
        catch (JsonException)
        {
            // The reader of recordings describes what is wrong.
            return false;
        }
    }

    /// <inheritdoc cref="Read(string)"/>
    /// <param name="header">The first line.</param>
    /// <param name="lines">The other lines.</param>
    /// <param name="kernel">The name of the kernel to simulate; null for the recorded one.</param>
    internal static ExperimentLog Read(string file, string header, LimitedLines lines, string? kernel)
    {
        var first = new ExperimentStep(1, ["name"], JsonElement.Parse(header));
        var name = kernel ?? first.Text("kernel") ?? throw new MachineFileException(file, 1, "\"kernel\" is missing");
        if (KernelCatalogue.Find(name) is not { } found)
            throw new MachineFileException(file, 1, $"{KernelCatalogue.Unknown(name)}; --kernel selects another");
        List<ExperimentStep> steps = [];
        var count = 0;
        while (lines.Next() is { } line)
            Add(steps, file, ++count + 1, line);
        return new ExperimentLog(file, first, found, steps, count);
    }

    private static void Add(List<ExperimentStep> steps, string file, int number, string line)
    {
        try
        {
            var json = JsonElement.Parse(line);
            if (json.ValueKind != JsonValueKind.Object || json.EnumerateObject().FirstOrDefault() is not { Name: { } kind })
                throw new FormatException("it is not an object with a field");
            if (kind != "do")
            {
                steps.Add(new ExperimentStep(number, [kind], json));
                return;
            }
            var (commands, answers) = (json.GetProperty("do"), json.GetProperty("res"));
            if (commands.GetArrayLength() != answers.GetArrayLength())
                throw new FormatException($"{commands.GetArrayLength()} steps have {answers.GetArrayLength()} answers");
            foreach (var (command, answer) in commands.EnumerateArray().Zip(answers.EnumerateArray()))
                steps.Add(new ExperimentStep(number, command.GetString()!.Split(' '), answer));
        }
        catch (Exception error) when (error is JsonException or FormatException or InvalidOperationException or KeyNotFoundException)
        {
            throw new MachineFileException(file, number, $"this is not a line of an experiment: {error.Message}");
        }
    }
}
