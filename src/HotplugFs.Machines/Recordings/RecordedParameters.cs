namespace HotplugFs.Machines.Recordings;

/// <summary>The texts of the files in <c>/sys/module/memory_hotplug/parameters</c>; null for one that the kernel does not have.</summary>
public sealed class RecordedParameters
{
    /// <summary><c>contig-zones</c> or <c>auto-movable</c>.</summary>
    public string? OnlinePolicy { get; set; }

    /// <summary>The greatest ratio of Movable to kernel memory, in percent.</summary>
    public string? AutoMovableRatio { get; set; }

    /// <summary><c>Y</c> if the ratio must hold on the node too, else <c>N</c>.</summary>
    public string? AutoMovableNumaAware { get; set; }

    /// <summary><c>Y</c> or <c>force</c> if hot-added memory holds its own memory map, else <c>N</c>.</summary>
    public string? MemmapOnMemory { get; set; }
}
