using System.Text.Json.Serialization;

namespace HotplugFs.Replay.Recordings;

/// <summary>Reads and writes the lines of recordings without reflection. A field that no member documents is refused.</summary>
[JsonSourceGenerationOptions(
    GenerationMode = JsonSourceGenerationMode.Metadata,
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    AllowOutOfOrderMetadataProperties = true)]
[JsonSerializable(typeof(RecordedOperation))]
[JsonSerializable(typeof(RecordedState))]
[JsonSerializable(typeof(RecordedTransition))]
internal sealed partial class TraceJson : JsonSerializerContext;
