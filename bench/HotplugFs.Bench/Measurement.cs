using System.Text.Json;

namespace HotplugFs.Bench;

/// <summary>What one operation cost on one target in one round.</summary>
/// <param name="Operation">The operation, as the client names it.</param>
/// <param name="Target">The file system.</param>
/// <param name="Mode"><c>pinned</c>: client and server on one CPU; <c>unpinned</c>; <c>whole</c>: start to end of a task.</param>
/// <param name="Blocks">How many blocks the run is about; what the real machine has differs.</param>
/// <param name="Round">From 1. Ratios are taken within a round.</param>
/// <param name="Ns">Nanoseconds for one operation or one entry.</param>
internal sealed record Measurement(string Operation, string Target, string Mode, int Blocks, int Round, double Ns)
{
    private static readonly JsonSerializerOptions Options = new() { PropertyNameCaseInsensitive = true };

    private sealed record Line(string Operation, string Target, string Mode, string Machine, int Round, double Ns);

    /// <summary>Reads measurements, one JSON object a line.</summary>
    /// <param name="files">Where they are.</param>
    internal static IReadOnlyList<Measurement> Load(IEnumerable<string> files) =>
    [
        .. from file in files
           from text in File.ReadLines(file)
           where text.Length > 0
           let line = JsonSerializer.Deserialize<Line>(text, Options)!
           select new Measurement(line.Operation, line.Target, line.Mode, int.Parse(line.Machine), line.Round, line.Ns),
    ];
}
