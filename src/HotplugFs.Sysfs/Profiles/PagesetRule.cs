using System.Numerics;

namespace HotplugFs.Sysfs.Profiles;

/// <summary>How a kernel limits the lists of free pages that each CPU keeps. Source: docs/kernels.md, "zoneinfo".</summary>
public enum PagesetRule : byte
{
    /// <summary>A list is shortened at six batches.</summary>
    SixBatches,

    /// <summary>Six batches; a zone of a node without boot memory has no lists, because they are never set up.</summary>
    SixBatchesOfBootNodes,

    /// <summary>The CPUs of the node share as many pages as the zone's <c>low</c>; a node without CPUs is shared by all.</summary>
    ShareOfLow,

    /// <summary>As <see cref="ShareOfLow"/>, but they share an eighth of the zone: the most that a list may be tuned to.</summary>
    ShareOfEighth,

    /// <summary>The kernel tunes the limit while pages are freed; of a list that was never used it is 0.</summary>
    Tuned,
}

/// <summary>The limits by the rule.</summary>
internal static class PagesetRules
{
    private const int PagesPerMiB = 256;

    /// <summary>Returns the size of a batch, and the number of pages from which on a list is shortened.</summary>
    public static (long Batch, long High) Limits(this PagesetRule rule, Zone zone, CpuDevices cpus)
    {
        if (rule == PagesetRule.SixBatchesOfBootNodes && zone.Node.Zones.All(each => each.PresentBootPages == 0))
            return (1, 0);
        // A batch is 1/4096 of the zone, a power of two minus 1.
        var most = rule is PagesetRule.ShareOfLow or PagesetRule.ShareOfEighth or PagesetRule.Tuned ? PagesPerMiB : PagesPerMiB / 2;
        var part = Math.Max(Math.Min(zone.ManagedPages / 1024, most) / 4, 1);
        var batch = (1L << BitOperations.Log2((ulong)(part + part / 2))) - 1;
        var sharing = Math.Max(cpus.OnlineOn(zone.Node) is > 0 and var own ? own : cpus.Online.Count, 1);
        return (Math.Max(batch, 1), rule switch
        {
            PagesetRule.ShareOfLow => Math.Max(zone.Marks.Low / sharing, Math.Max(batch, 1) * 4),
            PagesetRule.ShareOfEighth => Math.Max(zone.ManagedPages / 8 / sharing, Math.Max(batch, 1) * 4),
            PagesetRule.Tuned => 0,
            _ => batch * 6,
        });
    }
}
