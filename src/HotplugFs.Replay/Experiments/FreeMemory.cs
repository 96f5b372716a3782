using HotplugFs.Engine.Memory;
using HotplugFs.Sysfs.Profiles;

namespace HotplugFs.Replay.Experiments;

/// <summary>
/// Compares by how many pages free memory changes while blocks are onlined, offlined, plugged and unplugged. An offline takes the free pages
/// of its block at once, and the others as they move. What lies in the lists of single CPUs is tolerated; the simulation has no such lists.
/// </summary>
internal sealed class FreeMemory(ExperimentSession session, Writers writers)
{
    /// <summary>A line with changes leaves out changes of so many pages.</summary>
    private const int UnseenPages = 64;

    /// <summary>Six batches, after which the kernel shortens a list.</summary>
    private const int ListPagesMax = 6 * 31;

    /// <summary>What begins or ends programs, or changes what the kernel keeps.</summary>
    private static readonly HashSet<string> Disturbing =
        ["bg", "end", "unlink", "mnt", "mount", "mkdir", "insmod", "sample", "vmem_plug", "vmem_size", "plugged_mb after"];

    private readonly Dictionary<string, long> _byZone = [];
    private readonly Series _zones = new();
    private readonly Series _meminfo = new();
    private int _disturbances;

    /// <summary>Notes a step before it is repeated.</summary>
    public void Note(ExperimentStep step)
    {
        var isOther = step.Kind is "wr" or "bw" && !session.TryGetBlock(step.Argument(step.Kind == "wr" ? 1 : 2), out _);
        if (isOther || Disturbing.Contains(step.Kind))
            _disturbances++;
    }

    /// <summary>Compares the free pages of all zones. A zone that a line with changes leaves out has not changed, or is empty.</summary>
    public void CompareZones(ExperimentStep step)
    {
        var zones = step.Field("zones");
        var isWhole = step.Text("only") is null;
        foreach (var zone in Zones())
        {
            var name = $"node{zone.Node.Number} {zone.Type.Name()}";
            if (zones.TryGetProperty(name, out var figures) && figures.TryGetProperty("free", out var free))
                _byZone[name] = free.GetInt64();
            else if (isWhole || zone.ManagedPages == 0)
                _byZone[name] = 0;
        }
        Compare(step, _zones, _byZone.Values.Sum());
    }

    /// <summary>Compares the changes of MemFree of the machine.</summary>
    public void CompareMeminfo(ExperimentStep step)
    {
        if (!step.Field("figures").TryGetProperty("/proc/meminfo", out var lines))
            return;
        var change = lines.TryGetProperty("MemFree", out var values) ? values[1].GetInt64() - values[0].GetInt64() : 0;
        Compare(step, _meminfo, _meminfo.Recorded + change * 1024 / PageSize.Usual);
    }

    private void Compare(ExperimentStep step, Series series, long recorded)
    {
        var disturbances = _disturbances + session.Disturbances;
        var (free, migrated) = (Zones().Sum(zone => zone.FreePages), session.Machine.MigratedPages);
        series.Recorded = recorded;
        if (disturbances == series.Disturbances)
        {
            session.Count();
            var (got, expected, tolerated) = (free - series.BaseSimulated, recorded - series.BaseRecorded, ToleratedPages());
            // How many pages have moved so far depends on the speed of the recorded machine.
            var (least, most) = writers.AnyWaits ? (got - PagesToMove(), got + migrated - series.BaseMigrated) : (got, got);
            if (expected < least - tolerated || expected > most + tolerated)
                session.Diverged(step, $"change of free memory: got {got} pages, expected {expected}");
        }
        else
            session.Skip(NotComparable.Allocations);
        if (!writers.AnyWaits)
            (series.BaseRecorded, series.BaseSimulated, series.BaseMigrated, series.Disturbances) = (recorded, free, migrated, disturbances);
    }

    /// <summary>How many pages of programs are in blocks that are going offline.</summary>
    private long PagesToMove() => session.Machine.Loads.SelectMany(load => load.PagesByBlock)
        .Where(pages => session.Machine[pages.Key].State == MemoryBlockState.GoingOffline).Sum(pages => (long)pages.Value);

    /// <summary>How many pages the lists of all CPUs can have; on newer kernels as many as the zone's <c>low</c>.</summary>
    private long ToleratedPages()
    {
        var cpus = Math.Max(session.Machine.PossibleNodes.Sum(node => node.Cpus.Count), 1);
        var isShareOfLow = session.Log.Kernel.Files.Zoneinfo.Pagesets is PagesetRule.ShareOfLow or PagesetRule.Tuned;
        return Zones().Where(zone => zone.ManagedPages > 0).Sum(zone => UnseenPages + (isShareOfLow ? zone.Marks.Low : cpus * ListPagesMax));
    }

    private IEnumerable<Zone> Zones() => session.Machine.PossibleNodes.SelectMany(node => node.Zones);

    /// <summary>Free memory of one kind of lines, now and when nothing was under way.</summary>
    private sealed class Series
    {
        public long Recorded { get; set; }

        public long BaseRecorded { get; set; }

        public long BaseSimulated { get; set; }

        public long BaseMigrated { get; set; }

        /// <summary>The number of disturbances when the base was taken.</summary>
        public int Disturbances { get; set; } = -1;
    }
}
