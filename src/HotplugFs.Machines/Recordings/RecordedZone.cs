using System.Text.Json.Serialization;

namespace HotplugFs.Machines.Recordings;

/// <summary>A zone, or the span of a node, in a recording. All amounts are pages of 4 KiB.</summary>
public sealed class RecordedZone
{
    /// <summary>The number of the first page that the zone spans. Without meaning if <see cref="Spanned"/> is 0.</summary>
    [JsonRequired] public long StartPfn { get; set; }

    /// <summary>The number of pages from the first to the last.</summary>
    [JsonRequired] public long Spanned { get; set; }

    /// <summary>The number of online pages.</summary>
    [JsonRequired] public long Present { get; set; }

    /// <summary>The number of pages that the page allocator manages. Absent for a node.</summary>
    public long? Managed { get; set; }

    /// <summary>0 if the zone never had memory. Only in recordings of 4.4 and 4.9.</summary>
    public long? Init { get; set; }
}
