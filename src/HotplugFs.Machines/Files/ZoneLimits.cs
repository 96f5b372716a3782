namespace HotplugFs.Machines.Files;

/// <summary>The addresses at which boot memory can be in a zone (arch_zone_lowest_possible_pfn, arch_zone_highest_possible_pfn).</summary>
/// <param name="Type">Which zone it is.</param>
/// <param name="Start">The first address.</param>
/// <param name="End">The address after the last.</param>
internal sealed record ZoneLimits(ZoneType Type, long Start, long End)
{
    private const long Mebi = 1L << 20;
    private const long Gibi = 1L << 30;
    private const long Unlimited = PhysicalMemory.AddressEnd;

    private static readonly ZoneLimits[] X86_64 =
    [
        new(ZoneType.Dma, 0, 16 * Mebi),
        new(ZoneType.Dma32, 0, 4 * Gibi),
        new(ZoneType.Normal, 4 * Gibi, Unlimited),
        new(ZoneType.Movable, 0, Unlimited),
    ];

    private static readonly ZoneLimits[] I386 =
    [
        new(ZoneType.Dma, 0, 16 * Mebi),
        new(ZoneType.Normal, 0, 896 * Mebi),
        new(ZoneType.HighMem, 896 * Mebi, 64 * Gibi),
        new(ZoneType.Movable, 0, 64 * Gibi),
    ];

    /// <summary>True if the zone can include all addresses from start to end.</summary>
    public bool Holds(long start, long end) => start >= Start && end <= End;

    /// <summary>Returns the limits of a zone; null if the architecture does not have the zone.</summary>
    public static ZoneLimits? Of(Architecture architecture, ZoneType type) =>
        Array.Find(architecture == Architecture.I386 ? I386 : X86_64, limits => limits.Type == type);
}
