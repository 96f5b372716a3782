using System.Text.Json;
using System.Text.Json.Serialization;

namespace HotplugFs.Replay.Recordings;

/// <summary>The texts of a block's files at a moment. In JSON it is an array of the three.</summary>
/// <param name="State">The text of <c>state</c>.</param>
/// <param name="ValidZones">The text of <c>valid_zones</c>.</param>
/// <param name="Node">The number of the node; empty if the block has no link to one.</param>
[JsonConverter(typeof(BlockFactsConverter))]
internal sealed record BlockFacts(string State, string ValidZones, string Node)
{
    /// <summary>
    /// True if the kernel itself may use the block: it is online, and its own zone, which is named first, is not Movable.
    /// </summary>
    public bool IsOnlineForKernel => State == "online" && !ValidZones.StartsWith("Movable", StringComparison.Ordinal);
}

/// <summary>Reads and writes <see cref="BlockFacts"/> as an array of three texts.</summary>
internal sealed class BlockFactsConverter : JsonConverter<BlockFacts>
{
    /// <inheritdoc/>
    public override BlockFacts Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
            throw new JsonException();
        var facts = new BlockFacts(Text(ref reader), Text(ref reader), Text(ref reader));
        return reader.Read() && reader.TokenType == JsonTokenType.EndArray ? facts : throw new JsonException();
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, BlockFacts value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        foreach (var text in new[] { value.State, value.ValidZones, value.Node })
            writer.WriteStringValue(text);
        writer.WriteEndArray();
    }

    private static string Text(ref Utf8JsonReader reader) =>
        reader.Read() && reader.TokenType == JsonTokenType.String ? reader.GetString()! : throw new JsonException();
}
