using System.Text.Json;

namespace HotplugFs.Cli.Terminals;

/// <summary>What subcommands write with <c>--json</c>.</summary>
internal static class JsonText
{
    /// <summary>Returns an array with an object for each item, and a newline.</summary>
    /// <param name="write">Writes the properties of an item.</param>
    public static string WriteArray<T>(IEnumerable<T> items, Action<Utf8JsonWriter, T> write)
    {
        using var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartArray();
            foreach (var item in items)
            {
                json.WriteStartObject();
                write(json, item);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
        return Encoding.UTF8.GetString(text.ToArray()) + "\n";
    }
}
