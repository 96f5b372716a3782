namespace HotplugFs.Machines.Recordings;

/// <summary>A zone, or the span of a node, in a recording. All amounts are pages of 4 KiB.</summary>
public sealed record RecordedZone
{
    /// <summary>The number of the first page that the zone spans. Without meaning if <see cref="Spanned"/> is 0.</summary>
    public required long StartPfn { get; init; }

    /// <summary>The number of pages from the first to the last.</summary>
    public required long Spanned { get; init; }

    /// <summary>The number of online pages.</summary>
    public required long Present { get; init; }

    /// <summary>The number of pages that the page allocator manages. Absent for a node.</summary>
    public long? Managed { get; init; }

    /// <summary>0 if the zone never had memory. Only in recordings of 4.4 and 4.9.</summary>
    public int? Init { get; init; }
}
