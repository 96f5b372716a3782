using System.Collections.Immutable;

namespace HotplugFs.Sysfs.Profiles;

/// <summary>
/// The names of the statistics that a kernel shows for a node, in its order. They are all zero on a machine without programs; the ones
/// that the simulation computes are not listed here.
/// </summary>
/// <param name="Meminfo">The lines of <c>nodeN/meminfo</c> between MemUsed and HugePages_Total.</param>
/// <param name="Vmstat">The lines of <c>nodeN/vmstat</c> after nr_free_pages.</param>
public sealed record StatisticsNames(ImmutableArray<string> Meminfo, ImmutableArray<string> Vmstat);
