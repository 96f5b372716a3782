namespace HotplugFs.Engine.Memory;

/// <summary>The parameters of module memory_hotplug that choose a zone.</summary>
public sealed record OnlinePolicySettings
{
    /// <summary>The value of auto_movable_ratio at boot.</summary>
    public const uint DefaultRatioPercent = 301;

    /// <summary>The words of the policies, indexed by <see cref="OnlinePolicyKind"/>.</summary>
    public static IReadOnlyList<string> Words { get; } = ["contig-zones", "auto-movable"];

    /// <summary>The parameter online_policy.</summary>
    public OnlinePolicyKind Kind { get; init; }

    /// <summary>The parameter auto_movable_ratio: the most movable memory, in percent of the boot memory in kernel zones.</summary>
    public uint RatioPercent { get; init; } = DefaultRatioPercent;

    /// <summary>The parameter auto_movable_numa_aware: the ratio must hold on the block's node, too.</summary>
    public bool IsNumaAware { get; init; } = true;

    /// <summary>Passes the settings through a stream.</summary>
    internal OnlinePolicySettings Transfer(StateStream state) => new()
    {
        Kind = (OnlinePolicyKind)state.Number((int)Kind),
        RatioPercent = state.Number(RatioPercent),
        IsNumaAware = state.Flag(IsNumaAware),
    };
}
