using System.Text.Json.Serialization;

namespace HotplugFs.Machines.Recordings;

/// <summary>A range of physical addresses.</summary>
public sealed class RecordedRange
{
    /// <summary>The first address, in bytes.</summary>
    [JsonRequired] public long Addr { get; set; }

    /// <summary>The size, in bytes.</summary>
    [JsonRequired] public long Size { get; set; }
}
