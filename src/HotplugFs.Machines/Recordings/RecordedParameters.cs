namespace HotplugFs.Machines.Recordings;

/// <summary>The texts of the files in <c>/sys/module/memory_hotplug/parameters</c>.</summary>
public sealed record RecordedParameters
{
    /// <summary><c>contig-zones</c> or <c>auto-movable</c>.</summary>
    public required string OnlinePolicy { get; init; }

    /// <summary>The greatest ratio of Movable to kernel memory, in percent.</summary>
    public required string AutoMovableRatio { get; init; }

    /// <summary><c>Y</c> if the ratio must hold on the node too, else <c>N</c>.</summary>
    public required string AutoMovableNumaAware { get; init; }

    /// <summary><c>Y</c> if hot-added memory holds its own memory map, else <c>N</c>.</summary>
    public required string MemmapOnMemory { get; init; }
}
