using BenchmarkDotNet.Attributes;
using HotplugFs.Engine.Memory;
using HotplugFs.Kernels;

namespace HotplugFs.Engine.Benchmarks;

/// <summary>
/// Measures operations of the engine on machines of a hundred to a million blocks, under the rules of each kernel. An operation that
/// changes the machine runs together with the one that reverses it.
/// </summary>
[MemoryDiagnoser]
public class OperationBenchmarks
{
    private const long BlockSizeBytes = 64L << 20;

    private Machine _machine = null!;
    private BlockId _last;

    /// <summary>Number of blocks of the machine.</summary>
    [Params(100, 1_000, 10_000, 100_000, 1_000_000)]
    public int Blocks { get; set; }

    /// <summary>The kernel whose rules apply.</summary>
    [ParamsSource(nameof(Kernels))]
    public string Kernel { get; set; } = "";

    /// <summary>The names of all kernels.</summary>
    public static IEnumerable<string> Kernels => KernelCatalogue.All.Select(kernel => kernel.Name);

    /// <summary>Boots a machine. All blocks are online except those of the DIMM at the end.</summary>
    [GlobalSetup]
    public void Boot()
    {
        const int dma32 = 64;
        _machine = new Machine(new MachineDefinition
        {
            BlockSizeBytes = BlockSizeBytes,
            Nodes = [new NodeDefinition(0, [0]), new NodeDefinition(1, [1])],
            Memory =
            [
                new MemoryRange(new BlockId(0), Math.Min(dma32 / 2, Blocks / 4), 0, ZoneType.Dma32),
                new MemoryRange(new BlockId(dma32), Blocks / 4, 0, ZoneType.Normal),
                new MemoryRange(new BlockId(dma32 + Blocks / 4), Blocks / 2, 1, ZoneType.Normal),
            ],
            Dimms = [new DimmDefinition("dimm0", 1, 4 * BlockSizeBytes, null)],
        }, KernelCatalogue.Get(Kernel).Rules);
        _last = new BlockId(_machine.Blocks.Previous(BlockId.MaxNumber));
    }

    /// <summary>Onlines the last block in zone Movable and offlines it.</summary>
    [Benchmark(OperationsPerInvoke = 2)]
    public void OnlineAndOffline()
    {
        Require(_machine.Devices.SetState(_last, OnlineType.OnlineMovable).IsOk);
        Require(_machine.Devices.SetState(_last, OnlineType.Offline).IsOk);
    }

    /// <summary>Lists the valid zones of an offline block.</summary>
    [Benchmark]
    public int ValidZonesOfAnOfflineBlock() => _machine.ValidZones(_last).Count;

    /// <summary>Lists the valid zones of an online block in the middle.</summary>
    [Benchmark]
    public int ValidZonesOfAnOnlineBlock() => _machine.ValidZones(new BlockId(64 + Blocks / 8)).Count;

    /// <summary>Plugs a DIMM of one block after all other memory and unplugs it.</summary>
    [Benchmark(OperationsPerInvoke = 2)]
    public void PlugAndUnplug()
    {
        var dimm = _machine.Plug(new DimmDefinition("bench", 1, BlockSizeBytes, null));
        Require(dimm.IsOk && _machine.Unplug(dimm.Value).IsOk);
    }

    private static void Require(bool isOk)
    {
        if (!isOk)
            throw new InvalidOperationException("the machine refused");
    }
}
