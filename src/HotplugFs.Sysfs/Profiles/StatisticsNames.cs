using System.Collections.Immutable;

namespace HotplugFs.Sysfs.Profiles;

/// <summary>The names of the statistics that a kernel shows, in its order.</summary>
/// <param name="MachineMeminfo">
/// The lines of <c>/proc/meminfo</c>, with those of builds with HighMem and with CONFIG_MEMORY_FAILURE.
/// </param>
/// <param name="NodeMeminfo">The lines of <c>nodeN/meminfo</c>, with those of builds with HighMem.</param>
/// <param name="Vmstat">The lines of <c>nodeN/vmstat</c> after nr_free_pages.</param>
/// <param name="Events">
/// The lines of <c>/proc/vmstat</c> after those of the nodes. A name that ends with <c>*</c> stands for a line for each zone.
/// </param>
public sealed record StatisticsNames(
    ImmutableArray<string> MachineMeminfo, ImmutableArray<string> NodeMeminfo, ImmutableArray<string> Vmstat, ImmutableArray<string> Events);
