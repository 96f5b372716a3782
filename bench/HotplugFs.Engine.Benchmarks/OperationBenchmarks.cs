using BenchmarkDotNet.Attributes;
using HotplugFs.Engine.Kernels;
using HotplugFs.Engine.Memory;

namespace HotplugFs.Engine.Benchmarks;

/// <summary>
/// What one operation of the engine costs on machines of a hundred to a million blocks, under the rules of each kernel. What changes the
/// machine is run together with what undoes it.
/// </summary>
[MemoryDiagnoser]
public class OperationBenchmarks
{
    private const long BlockSizeBytes = 64L << 20;

    private Machine _machine = null!;
    private BlockId _last;

    /// <summary>Blocks of the machine.</summary>
    [Params(100, 1_000, 10_000, 100_000, 1_000_000)]
    public int Blocks { get; set; }

    /// <summary>Whose rules hold.</summary>
    [ParamsSource(nameof(Kernels))]
    public string Kernel { get; set; } = "";

    /// <summary>All of them.</summary>
    public static IEnumerable<string> Kernels => KernelCatalogue.All.Select(profile => profile.Name);

    /// <summary>Makes a machine all of whose blocks are online but for those of a dimm at its end.</summary>
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
        }, KernelCatalogue.Find(Kernel)!);
        _last = new BlockId(_machine.Blocks.Previous(BlockId.MaxNumber));
    }

    /// <summary>Onlines the last block into zone Movable and offlines it.</summary>
    [Benchmark(OperationsPerInvoke = 2)]
    public void OnlineAndOffline()
    {
        Require(_machine.Devices.SetState(_last, OnlineType.OnlineMovable).IsOk);
        Require(_machine.Devices.SetState(_last, OnlineType.Offline).IsOk);
    }

    /// <summary>Asks for the zones of an offline block.</summary>
    [Benchmark]
    public int ValidZonesOfAnOfflineBlock() => _machine.ValidZones(_last).Count;

    /// <summary>Asks for the zones of an online block in the middle.</summary>
    [Benchmark]
    public int ValidZonesOfAnOnlineBlock() => _machine.ValidZones(new BlockId(64 + Blocks / 8)).Count;

    /// <summary>Plugs a dimm of one block behind all others and unplugs it.</summary>
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
