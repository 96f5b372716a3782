using HotplugFs.Engine.Policies;

namespace HotplugFs.Engine.Pages;

/// <summary>
/// The pages that zones keep back: the watermarks, which follow <c>min_free_kbytes</c>, and the protection of lower zones.
/// Source: docs/kernels.md, "Watermarks and protection".
/// </summary>
public sealed class Watermarks
{
    private const int MinFreeKiBMax = 65536;

    /// <summary>
    /// Number of pageblocks that are kept free of each zone at most: two, and one for each pair of the three types of pages that fall back to
    /// each other (set_recommended_min_free_kbytes).
    /// </summary>
    private const int PageblocksPerZoneMax = 11;

    private const int DefaultScaleFactor = 10;
    private const int ScaleUnit = 10000;

    private readonly PhysicalMemory _memory;
    private readonly PageRules _rules;
    private readonly int _kibPerPage;

    /// <summary>True if the kernel has khugepaged, which alone recommends a share of the memory.</summary>
    private readonly bool _hasTransparentHugePages;

    private long _minFreeKiB;
    private long _userMinFreeKiB = -1;
    private int _scaleFactor = DefaultScaleFactor;

    internal Watermarks(PhysicalMemory memory, PageRules rules, bool hasTransparentHugePages)
    {
        _hasTransparentHugePages = hasTransparentHugePages;
        (_memory, _rules, _kibPerPage) = (memory, rules, memory.PageSizeBytes / 1024);
        Recompute(isBoot: true);
    }

    /// <summary>
    /// The value of <c>/proc/sys/vm/min_free_kbytes</c>. A value that was set lasts as long as the kernel does not recommend a greater one.
    /// </summary>
    public long MinFreeKiB
    {
        get => _minFreeKiB;
        set
        {
            _minFreeKiB = value;
            _userMinFreeKiB = value;
            SetMarks(value / _kibPerPage);
        }
    }

    /// <summary>The value of <c>/proc/sys/vm/watermark_scale_factor</c>: the step between marks in 1/10000 of a zone.</summary>
    public int ScaleFactor
    {
        get => _scaleFactor;
        set
        {
            _scaleFactor = value;
            SetMarks(_minFreeKiB / _kibPerPage);
        }
    }

    /// <summary>
    /// Number of pages that a zone keeps back from allocations that could have used a higher zone of its node
    /// (<c>lowmem_reserve</c>, <c>protection</c> in <c>/proc/zoneinfo</c>).
    /// </summary>
    /// <param name="zone">The zone that is allocated from.</param>
    /// <param name="highest">The highest zone that the allocation may use.</param>
    public long Protection(Zone zone, ZoneType highest)
    {
        var ratio = zone.Type switch
        {
            ZoneType.Dma or ZoneType.Dma32 => 256,
            ZoneType.Normal or ZoneType.HighMem => 32,
            _ => 0,
        };
        if (ratio == 0 || zone.ManagedPages == 0 && _rules.EmptyZonesKeepNothing)
            return 0;
        var above = 0L;
        for (var type = zone.Type + 1; type <= highest && type <= ZoneType.Movable; type++)
            above += zone.Node.Zone(type).ManagedPages;
        return above / ratio;
    }

    /// <summary>Returns how many pages of a zone the kernel does not count as available to programs (totalreserve_pages).</summary>
    public long Reserved(Zone zone) => Math.Min(zone.ManagedPages, Protection(zone, _memory.ZoneTypes[^1]) + zone.Marks.High);

    /// <summary>Computes the marks again after memory was onlined or offlined (init_per_zone_wmark_min, set_recommended_min_free_kbytes).</summary>
    internal void Recompute(bool isBoot = false)
    {
        // The first pass uses the old marks, and sets marks that the second pass uses.
        var free = 0L;
        foreach (var zone in KernelZones())
            free += Math.Max(Pages(zone) - zone.Marks.High, 0);
        var general = Math.Clamp((long)Math.Sqrt(free * _kibPerPage * 16), 128, MinFreeKiBMax);
        if (_rules.ForgetsUserMinFree || general > _userMinFreeKiB)
            _minFreeKiB = general;
        SetMarks(_minFreeKiB / _kibPerPage);
        if (!_hasTransparentHugePages)
            return;
        if (!_rules.FivePercentKept && !(isBoot && _rules.MarksForgetFivePercent))
            return;
        var (recommended, populated) = (0L, 0);
        foreach (var zone in KernelZones())
        {
            recommended += Math.Max(Pages(zone) - zone.Marks.High, 0);
            populated += zone.ManagedPages > 0 ? 1 : 0;
        }
        recommended = Math.Min(recommended / 20, (long)PageblocksPerZoneMax * _memory.PagesPerPageblock * populated);
        if (recommended * _kibPerPage > _minFreeKiB)
        {
            _minFreeKiB = recommended * _kibPerPage;
            SetMarks(recommended);
        }
    }

    /// <summary>Passes the settings through a stream; the zones have the marks.</summary>
    internal void Transfer(StateStream state)
    {
        _minFreeKiB = state.Number(_minFreeKiB);
        _userMinFreeKiB = state.Number(_userMinFreeKiB);
        _scaleFactor = state.Number(_scaleFactor);
    }

    private void SetMarks(long reserve)
    {
        var sharing = 0L;
        foreach (var zone in Zones())
            sharing += Shares(zone) ? Pages(zone) : 0;
        foreach (var zone in Zones())
        {
            var share = sharing == 0 ? 0 : reserve * Pages(zone) / sharing;
            var min = Shares(zone) ? share : Math.Clamp(Pages(zone) / 1024, 32, 128);
            var step = Math.Max(share / 4, Pages(zone) * ScaleFactor / ScaleUnit);
            zone.Marks = _rules.MarksAreQuarters
                ? new ZoneMarks(min, min + share / 4, min + share / 2)
                : new ZoneMarks(min, min + step, min + 2 * step);
        }
    }

    /// <summary>The pages of a zone that count for its marks.</summary>
    private long Pages(Zone zone) => _rules.MarksCountPresentPages ? zone.PresentPages : zone.ManagedPages;

    /// <summary>True if the zone's part of <c>min_free_kbytes</c> is its <c>min</c>: not HighMem, nor Movable where that is high.</summary>
    private bool Shares(Zone zone) => zone.Type != ZoneType.HighMem
        && (zone.Type != ZoneType.Movable || !(_rules.MovableMarkIsCapped || _memory.HasHighMemory));

    /// <summary>The zones below HighMem and Movable.</summary>
    private IEnumerable<Zone> KernelZones() => Zones().Where(zone => zone.Type < ZoneType.HighMem);

    /// <summary>The zones of the online nodes that the architecture has.</summary>
    private IEnumerable<Zone> Zones()
    {
        foreach (var node in _memory.PossibleNodes)
        {
            if (!node.Online)
                continue;
            foreach (var type in _memory.ZoneTypes)
                yield return node.Zone(type);
        }
    }
}
