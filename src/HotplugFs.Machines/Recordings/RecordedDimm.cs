using System.Text.Json.Serialization;

namespace HotplugFs.Machines.Recordings;

/// <summary>A DIMM that the machine booted with.</summary>
public sealed class RecordedDimm
{
    /// <summary>The DIMM's name.</summary>
    [JsonRequired] public string Id { get; set; } = "";

    /// <summary>The number of the node.</summary>
    [JsonRequired] public int Node { get; set; }

    /// <summary>The physical address, in bytes.</summary>
    [JsonRequired] public long Addr { get; set; }

    /// <summary>The size, in bytes.</summary>
    [JsonRequired] public long Size { get; set; }
}
