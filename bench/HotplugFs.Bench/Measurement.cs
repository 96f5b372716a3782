using System.Text.Json;

namespace HotplugFs.Bench;

/// <summary>The cost of an operation on a target in one round.</summary>
/// <param name="Operation">The client's name for the operation.</param>
/// <param name="Target">The name of the file system.</param>
/// <param name="Mode"><c>pinned</c> (client and server on one CPU), <c>unpinned</c>, or <c>whole</c> (a task from start to end).</param>
/// <param name="Blocks">Number of blocks of the simulated machine; the real one can have another number.</param>
/// <param name="Round">Starts with 1. Ratios are taken within a round.</param>
/// <param name="Ns">Nanoseconds per operation or entry.</param>
internal sealed record Measurement(string Operation, string Target, string Mode, int Blocks, int Round, double Ns)
{
    private static readonly JsonSerializerOptions Options = new() { PropertyNameCaseInsensitive = true };

    private sealed record Line(string Operation, string Target, string Mode, string Machine, int Round, double Ns);

    /// <summary>Reads files with one JSON object per line.</summary>
    internal static IReadOnlyList<Measurement> Load(IEnumerable<string> files) =>
    [
        .. from file in files
           from text in File.ReadLines(file)
           where text.Length > 0
           let line = JsonSerializer.Deserialize<Line>(text, Options)!
           select new Measurement(line.Operation, line.Target, line.Mode, int.Parse(line.Machine), line.Round, line.Ns),
    ];
}
