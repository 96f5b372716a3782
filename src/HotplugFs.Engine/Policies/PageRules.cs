namespace HotplugFs.Engine.Policies;

/// <summary>How a kernel places pages, keeps memory back and moves pages out of a block. Source: docs/kernels.md, "Memory in use".</summary>
public sealed record PageRules
{
    /// <summary>Within a zone the block that was onlined last is used first; otherwise the block that is online longest.</summary>
    public bool NewestBlockFirst { get; init; }

    /// <summary>Shares of <c>min_free_kbytes</c> are computed without zone Movable, whose <c>min</c> is 32 to 128 pages.</summary>
    public bool MovableMarkIsCapped { get; init; }

    /// <summary><c>min_free_kbytes</c> is 5 % of kernel memory after each online and offline, if the kernel has khugepaged.</summary>
    public bool FivePercentKept { get; init; }

    /// <summary>
    /// A <c>min_free_kbytes</c> that was set by hand ends with the next online or offline, even if it is larger than the computed one.
    /// </summary>
    public bool ForgetsUserMinFree { get; init; }

    /// <summary>A zone without memory has no protection.</summary>
    public bool EmptyZonesKeepNothing { get; init; }

    /// <summary><c>min_free_kbytes</c> is 5 % of kernel memory (khugepaged) at boot only, until the first online or offline.</summary>
    public bool MarksForgetFivePercent { get; init; }

    /// <summary>
    /// What a zone keeps back from an allocation depends on the highest zone of the node where the allocation looks first (until 5.7);
    /// otherwise on the highest zone that it may use anywhere.
    /// </summary>
    public bool ProtectsFromFirstZone { get; init; }

    /// <summary>A write to <c>min_free_kbytes</c> waits while an offline is under way.</summary>
    public bool MinFreeWaitsForHotplug { get; init; }

    /// <summary><c>low</c> is 5/4 and <c>high</c> 6/4 of <c>min</c>; otherwise a scale factor of the zone's size counts, too (since 4.6).</summary>
    public bool MarksAreQuarters { get; init; }

    /// <summary>The marks are computed from the present pages of the zones; otherwise from the managed ones.</summary>
    public bool MarksCountPresentPages { get; init; }

    /// <summary>
    /// Pages leave a block for the node of the program that offlines it, the block's own node included, and only for kernel zones.
    /// Otherwise they leave for other nodes, zone Movable first, and for the own node only if it is the only one.
    /// </summary>
    public bool MovesToKernelZones { get; init; }

    /// <summary>The OOM killer ends programs if there is no room for the pages of a block that goes offline.</summary>
    public bool KillsForRoom { get; init; }

    /// <summary>
    /// An offline fails by itself: with ENOMEM after five rounds without room, with EAGAIN after 120 s. Otherwise it ends only when its
    /// pages have moved or by a signal.
    /// </summary>
    public bool OfflineGivesUp { get; init; }

    /// <summary>Pages leave a block in portions of 256, after each of which the kernel looks for a signal; otherwise all in one.</summary>
    public bool MovesInPortions { get; init; }

    /// <summary>Huge pages are not in zone Movable, unless <c>hugepages_treat_as_movable</c> is set.</summary>
    public bool HugePagesAvoidMovable { get; init; }

    /// <summary>A program gets the huge pages first that are in the pool longest; otherwise the newest ones.</summary>
    public bool OldestHugePageFirst { get; init; }

    /// <summary>A huge page in use moves only to a free one of another node's pool.</summary>
    public bool HugePagesNeedFreeOnes { get; init; }

    /// <summary>A transparent huge page is divided when its pages leave a block; otherwise it moves whole, if there is room for it.</summary>
    public bool SplitsTransparentHugePages { get; init; }

    /// <summary>A huge page that is in a block, in use or not, keeps it online.</summary>
    public bool HugePagesKeepBlocks { get; init; }

    /// <summary>Huge pages that are larger than the default size can be reserved at boot only.</summary>
    public bool GiganticPagesAtBootOnly { get; init; }

    /// <summary>Such huge pages are taken from the lowest zone on, Movable included; otherwise from the highest one below Movable on.</summary>
    public bool GiganticPagesFromLowestZone { get; init; }

    /// <summary>What such a huge page means to the blocks that it is in.</summary>
    public GiganticPageRule GiganticPages { get; init; }
}

/// <summary>
/// When a huge page that is larger than the default size keeps a block online. Where it does not, a free one is dissolved, and one in use
/// moves to a free one of another node.
/// </summary>
public enum GiganticPageRule : byte
{
    /// <summary>If it is in use.</summary>
    KeepInUse,

    /// <summary>Always.</summary>
    KeepBlocks,

    /// <summary>Never.</summary>
    Move,

    /// <summary>If it continues in the next block.</summary>
    KeepAllButLast,
}
