using BenchmarkDotNet.Attributes;
using HotplugFs.Engine.Memory;
using HotplugFs.Engine.Pages;
using HotplugFs.Kernels;

namespace HotplugFs.Engine.Benchmarks;

/// <summary>Measures operations on pages in use, on a machine of two nodes with blocks of 128 MiB.</summary>
[MemoryDiagnoser]
public class PageBenchmarks
{
    private const long BlockSizeBytes = 128L << 20;
    private const int MovableOfNode0 = 48;
    private const int MovableOfNode1 = 80;

    private Machine _machine = null!;
    private Machine _full = null!;

    /// <summary>The kernel whose rules apply.</summary>
    [Params("4.9", "6.12")]
    public string Kernel { get; set; } = "";

    /// <summary>Boots two machines: one without loads, and one with a load in all pages of the Movable block of node 0.</summary>
    [GlobalSetup]
    public void Boot()
    {
        _machine = Build();
        _full = Build();
        var placement = new LoadPlacement(_full.FindNode(0)!, MemoryPolicy.Bind);
        Require(_full.Loads.Start("app", PageKind.Anon, BlockSizeBytes, placement).IsOk);
    }

    /// <summary>Allocates 1 GiB for a load and frees it.</summary>
    [Benchmark]
    public void AllocateAndFree1GiB()
    {
        var load = _machine.Loads.Start("app", PageKind.Anon, 1L << 30, new LoadPlacement(_machine.FindNode(0)!, MemoryPolicy.Prefer));
        Require(load.IsOk);
        _machine.Loads.Stop(load.Value);
    }

    /// <summary>Offlines a full Movable block, onlines it, and moves its pages back by the same on the other node.</summary>
    [Benchmark(OperationsPerInvoke = 2)]
    public void OfflineAndOnlineAFullBlock()
    {
        foreach (var number in (ReadOnlySpan<int>)[MovableOfNode0, MovableOfNode1])
        {
            Require(_full.Devices.SetState(new BlockId(number), OnlineType.Offline).IsOk);
            Require(_full.Devices.SetState(new BlockId(number), OnlineType.OnlineMovable).IsOk);
        }
    }

    private Machine Build() => new(
        new MachineDefinition
        {
            BlockSizeBytes = BlockSizeBytes,
            MovableNode = true,
            Nodes = [new NodeDefinition(0, [0]), new NodeDefinition(1, [1])],
            Memory =
            [
                new MemoryRange(new BlockId(0), 2, 0, ZoneType.Dma32),
                new MemoryRange(new BlockId(32), MovableOfNode0 - 32, 0, ZoneType.Normal),
                new MemoryRange(new BlockId(MovableOfNode0), 1, 0, ZoneType.Movable),
                new MemoryRange(new BlockId(64), MovableOfNode1 - 64, 1, ZoneType.Normal),
                new MemoryRange(new BlockId(MovableOfNode1), 1, 1, ZoneType.Movable),
            ],
        },
        KernelCatalogue.Get(Kernel).Rules);

    private static void Require(bool isOk)
    {
        if (!isOk)
            throw new InvalidOperationException("the machine refused");
    }
}
