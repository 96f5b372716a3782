using System.Collections.Immutable;

namespace HotplugFs.Sysfs.Profiles;

/// <summary>What <c>/proc/zoneinfo</c> of a kernel lists.</summary>
public sealed record ZoneinfoFormat
{
    /// <summary>The lines between <c>pages free</c> and <c>spanned</c>.</summary>
    public required ImmutableArray<string> Marks { get; init; }

    /// <summary>The lines at the end of a zone, after which its value follows.</summary>
    public required ImmutableArray<string> End { get; init; }

    /// <summary>
    /// Counters that a node has for all its zones stand in its first zone (since 4.8); otherwise each zone has all counters, and
    /// <c>protection</c> follows them.
    /// </summary>
    public bool HasNodeStatistics { get; init; }

    /// <summary>All zones of online nodes are listed, also empty ones; otherwise those with memory online.</summary>
    public bool ListsEmptyZones { get; init; }

    /// <summary>The limits of the lists of free pages of each CPU.</summary>
    public PagesetRule Pagesets { get; init; } = PagesetRule.SixBatches;

    /// <summary>The limits between which the kernel tunes the list of a CPU are listed, too.</summary>
    public bool HasHighLimits { get; init; }

    /// <summary>A zone has the line <c>cma</c>.</summary>
    public bool HasCma { get; init; }

    /// <summary>There is a zone Device, which is always empty (CONFIG_ZONE_DEVICE).</summary>
    public bool HasDeviceZone { get; init; }
}
