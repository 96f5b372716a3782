namespace HotplugFs.Engine.Memory;

/// <summary>How kernels from 4.13 on choose a zone for plain <c>online</c> (memory_hotplug.online_policy).</summary>
public enum OnlinePolicyKind
{
    /// <summary>Keep zones contiguous: <c>contig-zones</c>.</summary>
    ContigZones,

    /// <summary>Use Movable as long as a ratio allows it: <c>auto-movable</c>.</summary>
    AutoMovable,
}
