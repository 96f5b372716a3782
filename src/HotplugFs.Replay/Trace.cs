using System.IO.Compression;
using System.Text;
using System.Text.Json;
using HotplugFs.Machines;
using HotplugFs.Machines.Recordings;

namespace HotplugFs.Replay;

/// <summary>A recording of a real kernel: the machine of its first line, then one operation a line.</summary>
/// <param name="File">The file's name, for messages.</param>
/// <param name="Machine">The machine that it began with.</param>
/// <param name="Header">The first line.</param>
/// <param name="Lines">The other lines.</param>
public sealed record Trace(string File, NamedMachine Machine, JsonElement Header, IReadOnlyList<TraceLine> Lines)
{
    /// <summary>Reads a recording.</summary>
    /// <param name="path">Its path; gzip-compressed if it ends in <c>.gz</c>.</param>
    /// <exception cref="MachineFileException">A line is not what a recording has; the message names file and line.</exception>
    public static Trace Read(string path)
    {
        var lines = ReadLines(path);
        if (lines.Count == 0)
            throw new MachineFileException(path, 1, "the file is empty; a recording begins with a line that describes the machine");
        var machine = RecordingMachine.Parse(path, Encoding.UTF8.GetBytes(lines[0]));
        var operations = new List<TraceLine>(lines.Count);
        for (var i = 1; i < lines.Count; i++)
            operations.Add(new TraceLine(i + 1, ParseLine(path, i + 1, lines[i])));
        return new Trace(path, machine, ParseLine(path, 1, lines[0]), operations);
    }

    private static List<string> ReadLines(string path)
    {
        try
        {
            return ReadText(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new MachineFileException(path, 0, $"it cannot be read: {error.Message}");
        }
    }

    private static List<string> ReadText(string path)
    {
        using var file = System.IO.File.OpenRead(path);
        using Stream text = path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file;
        using var reader = new StreamReader(text);
        var lines = new List<string>();
        while (reader.ReadLine() is { } line)
            lines.Add(line);
        return lines;
    }

    private static JsonElement ParseLine(string path, int number, string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw new MachineFileException(path, number, "a line of a recording must be a JSON object");
            return document.RootElement.Clone();
        }
        catch (JsonException error)
        {
            throw new MachineFileException(path, number, $"not JSON: {error.Message}");
        }
    }
}

/// <summary>One line of a recording.</summary>
/// <param name="Number">Its number in the file, from 1.</param>
/// <param name="Json">What it says.</param>
public readonly record struct TraceLine(int Number, JsonElement Json)
{
    /// <summary>
    /// The results that count: what the line says, and where two runs of the recorder differed (<c>nondet</c>), the line as the other
    /// run has it. The one that the rest of the recording goes on from is first.
    /// </summary>
    public IReadOnlyList<TraceLine> Results =>
        Json.TryGetProperty("other_run", out var other) && other.ValueKind == JsonValueKind.Object
            ? [this, this with { Json = Merge(Json, other) }]
            : [this];

    private static JsonElement Merge(JsonElement line, JsonElement other)
    {
        using var text = new MemoryStream();
        using (var writer = new Utf8JsonWriter(text))
        {
            writer.WriteStartObject();
            foreach (var member in line.EnumerateObject().Where(member => member.Name != "other_run" && !other.TryGetProperty(member.Name, out _)))
                member.WriteTo(writer);
            foreach (var member in other.EnumerateObject())
                member.WriteTo(writer);
            writer.WriteEndObject();
        }
        using var document = JsonDocument.Parse(text.ToArray());
        return document.RootElement.Clone();
    }

    /// <summary>A member's text, or null where it is missing, null or no text.</summary>
    /// <param name="name">The member.</param>
    public string? Text(string name) =>
        Json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>A member's number, or null where it is missing or null.</summary>
    /// <param name="name">The member.</param>
    public long? Number64(string name) =>
        Json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetInt64() : null;

    /// <summary>A member's number.</summary>
    /// <param name="name">The member.</param>
    /// <exception cref="FormatException">It is missing.</exception>
    public long Needed(string name) => Number64(name) ?? throw new FormatException($"\"{name}\" is missing");

    /// <summary>A member's text.</summary>
    /// <param name="name">The member.</param>
    /// <exception cref="FormatException">It is missing.</exception>
    public string NeededText(string name) => Text(name) ?? throw new FormatException($"\"{name}\" is missing");

    /// <summary>A member that holds bytes as code points 0 to 255.</summary>
    /// <param name="name">The member.</param>
    public byte[] Bytes(string name) => Encoding.Latin1.GetBytes(Text(name) ?? "");

    /// <summary>True if the member is there and not null.</summary>
    /// <param name="name">The member.</param>
    public bool Has(string name) => Json.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null;
}
