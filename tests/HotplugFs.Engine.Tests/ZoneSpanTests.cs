using HotplugFs.Kernels;

namespace HotplugFs.Engine.Tests;

/// <summary>Spans of zones whose boundary is inside a block, in kernels whose spans are those of the online blocks.</summary>
public sealed class ZoneSpanTests
{
    private const long BlockPages = Machines.BlockSize / PageSize.Usual;
    private const long Boundary = 33 * BlockPages + BlockPages / 4;

    /// <summary>A machine whose boot option kernelcore= put the zone boundary into block 33.</summary>
    private static Machine Straddled() => new(
        new MachineDefinition
        {
            BlockSizeBytes = Machines.BlockSize,
            Nodes = [new NodeDefinition(0, [0])],
            Memory =
            [
                new MemoryRange(new BlockId(32), 1, 0, ZoneType.Normal),
                new MemoryRange(new BlockId(33), 1, 0, ((ZoneSet)ZoneType.Normal).With(ZoneType.Movable)),
                new MemoryRange(new BlockId(34), 1, 0, ZoneType.Movable),
            ],
            Zones =
            [
                Figures(ZoneType.Normal, 32 * BlockPages, Boundary),
                Figures(ZoneType.Movable, Boundary, 35 * BlockPages),
            ],
            Dimms = [Machines.Dimm("low", 0, 31, 1), Machines.Dimm("high", 0, 36, 1)],
        },
        KernelCatalogue.Get("6.12").Rules);

    private static ZoneFigures Figures(ZoneType type, long start, long end) =>
        new(0, type, new PfnRange(start, end), end - start, end - start, true) { PresentBootPages = end - start };

    [Test]
    public void Offline_AboveABlockInTwoZones_KernelZoneEndsInsideIt()
    {
        var machine = Straddled();
        machine.Write(36, "online_kernel");
        machine.Write(36, "offline");
        Assert.That(Span(machine, ZoneType.Normal), Is.EqualTo(new PfnRange(32 * BlockPages, Boundary)));
    }

    [Test]
    public void Offline_BelowABlockInTwoZones_MovableStartsInsideIt()
    {
        var machine = Straddled();
        machine.Write(31, "online_movable");
        machine.Write(31, "offline");
        Assert.That(Span(machine, ZoneType.Movable), Is.EqualTo(new PfnRange(Boundary, 35 * BlockPages)));
    }

    [Test]
    public void Offline_NextToABlockInTwoZones_MovableIsTheRestOfIt()
    {
        var machine = Straddled();
        machine.Write(34, "offline");
        Assert.That(Span(machine, ZoneType.Movable), Is.EqualTo(new PfnRange(Boundary, 34 * BlockPages)));
    }

    private static PfnRange Span(Machine machine, ZoneType zone) => machine.FindNode(0)!.Zone(zone).Span;
}
