namespace HotplugFs.Machines.Recordings;

/// <summary>A DIMM that the machine booted with.</summary>
public sealed record RecordedDimm
{
    /// <summary>The DIMM's name.</summary>
    public required string Id { get; init; }

    /// <summary>The number of the node.</summary>
    public required int Node { get; init; }

    /// <summary>The physical address, in bytes.</summary>
    public required long Addr { get; init; }

    /// <summary>The size, in bytes.</summary>
    public required long Size { get; init; }
}
