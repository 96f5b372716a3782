using System.Text.Json;
using System.Text.Json.Serialization;

namespace HotplugFs.Machines.Recordings;

/// <summary>Reads <see cref="RecordingHeader"/> without reflection. A field that no member documents is refused.</summary>
/// <remarks>The generated code sets all <c>init</c> members, absent ones to null, so that their initializers would have no effect.</remarks>
[JsonSourceGenerationOptions(
    GenerationMode = JsonSourceGenerationMode.Metadata,
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(RecordingHeader))]
internal sealed partial class RecordingHeaderJson : JsonSerializerContext;
