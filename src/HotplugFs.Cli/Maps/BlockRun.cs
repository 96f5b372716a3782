using HotplugFs.Engine.Memory;

namespace HotplugFs.Cli.Maps;

/// <summary>Consecutive blocks that differ only in their number.</summary>
/// <param name="First">The number of the first block.</param>
/// <param name="Count">Number of blocks.</param>
internal sealed record BlockRun(int First, int Count, int Node, MemoryBlockState State)
{
    /// <summary>The zones that the blocks are in; for offline blocks those that they remember. Empty for none.</summary>
    public ZoneSet Zones { get; init; }

    /// <summary>The zones that <c>valid_zones</c> lists, the default first.</summary>
    public IReadOnlyList<ZoneType> ValidZones { get; init; } = [];

    /// <summary>Pages of each block that can be used.</summary>
    public long Pages { get; init; }

    /// <summary>Pages of each block that are in use, by their kind.</summary>
    public IReadOnlyList<(PageKind Kind, long Pages)> Used { get; init; } = [];

    /// <summary>True if the kernel uses pages that are not counted, as in boot memory.</summary>
    public bool HasKernelPages { get; init; }

    /// <summary>Pages of each block that are not RAM.</summary>
    public int Holes { get; init; }

    /// <summary>The DIMM of the blocks; null for boot memory.</summary>
    public string? Dimm { get; init; }

    /// <summary>The virtio-mem device of the blocks, or null.</summary>
    public string? VirtioMem { get; init; }

    /// <summary>The zones that the blocks are in, one by one.</summary>
    public IReadOnlyList<ZoneType> AllZones => [.. Enum.GetValues<ZoneType>().Where(Zones.Has)];

    /// <summary>The number of the last block.</summary>
    public int Last => First + Count - 1;
}
