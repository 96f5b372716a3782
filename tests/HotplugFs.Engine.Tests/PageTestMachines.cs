using HotplugFs.Kernels;

namespace HotplugFs.Engine.Tests;

/// <summary>Machines with small blocks, so that loads of some MiB fill and empty them. Their sums have all that can go wrong.</summary>
internal static class PageTestMachines
{
    /// <summary>The first block that boot memory leaves to DIMMs.</summary>
    public const int FirstDimmBlock = 136;

    /// <summary>Pages in a block, whatever their size.</summary>
    private const int PagesPerBlock = 8192;

    private const int DmaEnd = 4096;

    /// <summary>Pages in the sizes of huge pages: with pages of 4 KiB they are smaller than a pageblock, larger, and larger than a block.</summary>
    private static readonly int[] PagesPerHugePage = [16, 512, 1024, 2 * PagesPerBlock];

    /// <summary>
    /// A machine whose boot took some pages of each zone, with a block in two zones, a block with a hole, a node that has only Movable memory
    /// where the kernel allows it, and a node without memory. With HighMem the highest zone takes the place of Normal; on ppc64le all
    /// zones are Normal.
    /// </summary>
    /// <param name="pageSize">Bytes in a page.</param>
    public static Machine Boot(Kernel kernel, Architecture architecture, int pageSize, MemmapOnMemory memmap)
    {
        var zones = architecture.ZoneTypes;
        var (dma, low, high) = (zones[0], zones[Math.Max(zones.Length - 3, 0)], zones[^2]);
        return new Machine(
            new MachineDefinition
            {
                BlockSizeBytes = (long)PagesPerBlock * pageSize,
                Architecture = architecture,
                PageSizeBytes = pageSize,
                MovableNode = true,
                Config = architecture.Config with
                {
                    MemmapOnMemory = memmap,
                    HugePageSizes = [.. PagesPerHugePage.Select(pages => pages * (pageSize >> 10))],
                },
                Nodes = [new NodeDefinition(0, [0]), new NodeDefinition(1, [1]), new NodeDefinition(2, [])],
                Memory =
                [
                    new MemoryRange(new BlockId(0), 1, 0, ((ZoneSet)dma).With(low)) { KernelPages = true, HolePages = 96 },
                    new MemoryRange(new BlockId(1), 1, 0, low),
                    new MemoryRange(new BlockId(2), 1, 0, low) { HolePages = 700, EndsInHole = true },
                    new MemoryRange(new BlockId(128), 1, 0, high) { KernelPages = true },
                    new MemoryRange(new BlockId(129), 3, 0, high),
                    new MemoryRange(new BlockId(132), 4, 1, high),
                ],
                Zones = dma == high ? [] :
                [
                    Figures(0, dma, 1, DmaEnd, DmaEnd - 97, kept: 158),
                    Figures(0, low, DmaEnd, 3 * PagesPerBlock, 3 * PagesPerBlock - DmaEnd - 700, kept: 1500),
                    Figures(0, high, 128 * PagesPerBlock, 132 * PagesPerBlock, 4 * PagesPerBlock, kept: 2100),
                    Figures(1, high, 132 * PagesPerBlock, 136 * PagesPerBlock, 4 * PagesPerBlock, kept: 0),
                ],
            },
            kernel.Rules);
    }

    private static ZoneFigures Figures(int node, ZoneType zone, long start, long end, long present, long kept) =>
        new(node, zone, new PfnRange(start, end), present, present - kept, true) { PresentBootPages = present };
}
