namespace HotplugFs.Engine.Memory;

/// <summary>The addresses at which boot memory can be in a zone (arch_zone_lowest_possible_pfn, arch_zone_highest_possible_pfn).</summary>
/// <param name="Type">Which zone it is.</param>
/// <param name="Start">The first address.</param>
/// <param name="End">The address after the last.</param>
public sealed record ZoneLimits(ZoneType Type, long Start, long End)
{
    /// <summary>True if the zone can include all addresses from start to end.</summary>
    public bool Holds(long start, long end) => start >= Start && end <= End;
}
