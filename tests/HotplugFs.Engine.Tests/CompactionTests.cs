using HotplugFs.Engine.Pages;
using HotplugFs.Kernels;

namespace HotplugFs.Engine.Tests;

/// <summary>Compaction (docs/kernels.md, "Compaction"; experiment <c>frag-user</c>).</summary>
public sealed class CompactionTests
{
    private const int FirstBlock = PageTestMachines.FirstDimmBlock;

    [Test]
    public void Compact_ScatteredPages_AreGatheredInTheHighestBlock()
    {
        var machine = Scattered(out var load);
        var pages = load.ResidentBytes;
        Assert.That(load.PagesByBlock.Keys.Select(block => block.Number), Is.EqualTo(Enumerable.Range(FirstBlock, 4)));
        machine.Compaction.Run(machine.FindNode(1)!);
        Assert.That(load.PagesByBlock.Keys.Select(block => block.Number), Is.EqualTo(new[] { FirstBlock + 3 }));
        Assert.That(load.ResidentBytes, Is.EqualTo(pages));
        Assert.That(machine.MigratedPages, Is.Positive);
        PageAccounts.Check(machine);
    }

    [Test]
    public void HugePages_ThatNeedScatteredMemory_CompactIt()
    {
        var machine = Scattered(out _);
        // All pageblocks of Movable but those that hold what was scattered.
        machine.HugePages.Resize(machine.FindNode(1)!, 1000);
        Assert.That(machine.FindNode(1)!.Zone(ZoneType.Movable).Usage[PageKind.HugetlbFree] / 512, Is.GreaterThan(56));
        PageAccounts.Check(machine);
    }

    /// <summary>A machine with four Movable blocks on node 1, of which a load keeps about one page of 64.</summary>
    private static Machine Scattered(out Load load)
    {
        var machine = PageTestMachines.Boot(KernelCatalogue.Get("6.12"), Architecture.X86_64, PageSize.Usual, MemmapOnMemory.No);
        Assert.That(machine.Plug(new DimmDefinition("dimm", 1, 4 * machine.BlockSizeBytes, FirstBlock * machine.BlockSizeBytes)).IsOk);
        for (var block = FirstBlock; block < FirstBlock + 4; block++)
            Assert.That(machine.Write(block, "online_movable").IsOk);
        load = machine.Loads.Start("app", PageKind.Anon, 120 << 20, new LoadPlacement(machine.FindNode(1)!, MemoryPolicy.Bind)).Value;
        var random = new SplitMix64(1);
        for (var i = 0; i < 6; i++)
            machine.PageAllocator.FreeAtRandom(load.Owner, 2, ref random);
        return machine;
    }
}
