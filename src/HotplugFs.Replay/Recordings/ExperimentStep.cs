using System.Text.Json;

namespace HotplugFs.Replay.Recordings;

/// <summary>One step of an experiment: a command in the machine with its answer, or another line of the log.</summary>
/// <param name="Line">The number of the line.</param>
/// <param name="Words">
/// The command and its arguments; of other lines one word, the name of the first field.
/// </param>
/// <param name="Json">The answer of a command, otherwise the whole line.</param>
internal sealed record ExperimentStep(int Line, string[] Words, JsonElement Json)
{
    /// <summary>The command, or the kind of the line.</summary>
    public string Kind => Words[0];

    /// <summary>An argument of a command.</summary>
    /// <exception cref="FormatException">It is missing.</exception>
    public string Argument(int index) =>
        index < Words.Length ? Words[index] : throw new FormatException($"\"{Kind}\" needs more than {Words.Length - 1} arguments");

    /// <summary>A numeric argument of a command.</summary>
    /// <exception cref="FormatException">It is missing or no number.</exception>
    public int Number(int index) => int.TryParse(Argument(index), CultureInfo.InvariantCulture, out var number)
        ? number
        : throw new FormatException($"\"{Argument(index)}\" in \"{this}\" is not a number");

    /// <summary>The value of a field; undefined if there is none.</summary>
    public JsonElement Field(string name) => Json.TryGetProperty(name, out var value) ? value : default;

    /// <summary>The text of a field; null if it is missing or no text.</summary>
    public string? Text(string name) => Field(name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    /// <inheritdoc/>
    public override string ToString() => string.Join(' ', Words);
}
