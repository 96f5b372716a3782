using System.Text.Json.Serialization;

namespace HotplugFs.Machines.Recordings;

/// <summary>Reads and writes <see cref="RecordingHeader"/> without reflection. A field that no member documents is refused.</summary>
/// <remarks>
/// The records have <c>set</c> instead of <c>init</c>, and an attribute instead of <c>required</c>: for those, the generated code sets
/// absent members too, which undoes their initializers, and is a third larger.
/// </remarks>
[JsonSourceGenerationOptions(
    GenerationMode = JsonSourceGenerationMode.Metadata,
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RecordingHeader))]
internal sealed partial class RecordingHeaderJson : JsonSerializerContext;
