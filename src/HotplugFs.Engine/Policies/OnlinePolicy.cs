namespace HotplugFs.Engine.Policies;

/// <summary>How today's kernels choose a zone for plain <c>online</c> (memory_hotplug.online_policy).</summary>
public enum OnlinePolicyKind
{
    /// <summary>Keep zones in one piece: <c>contig-zones</c>.</summary>
    ContigZones,

    /// <summary>Movable as long as a ratio allows it: <c>auto-movable</c>.</summary>
    AutoMovable,
}

/// <summary>The parameters of module memory_hotplug that choose a zone; every write to one takes effect at once.</summary>
public sealed class OnlinePolicy
{
    /// <summary>The words of the policies, by kind.</summary>
    public static IReadOnlyList<string> Words { get; } = ["contig-zones", "auto-movable"];

    /// <summary>online_policy.</summary>
    public OnlinePolicyKind Kind { get; set; }

    /// <summary>auto_movable_ratio: most movable memory, in per cent of the boot memory in kernel zones; 0 for none.</summary>
    public uint RatioPercent { get; set; } = 301;

    /// <summary>auto_movable_numa_aware: the ratio must hold on the block's node, too.</summary>
    public bool IsNumaAware { get; set; } = true;
}
