using HotplugFs.Engine;
using HotplugFs.Engine.Memory;
using HotplugFs.Engine.Pages;
using HotplugFs.Kernels;
using HotplugFs.Machines.Files;

namespace HotplugFs.Machines.Tests;

/// <summary>A machine after random operations, saved and booted again, is the same machine. A failure prints the seed.</summary>
public sealed class RandomRoundTripTests
{
    private const int Sequences = 60;
    private const int OperationsMax = 40;
    private const long Mebi = 1L << 20;

    private static readonly PageKind[] Kinds = Enum.GetValues<PageKind>()[..PageKinds.LoadKinds.Count];

    [Test]
    public void SavedMachine_BootsToTheSame([ValueSource(typeof(KernelCatalogue), nameof(KernelCatalogue.All))] Kernel kernel)
    {
        var firstSeed = Environment.TickCount;
        for (var seed = firstSeed; seed < firstSeed + Sequences; seed++)
        {
            var random = new Random(seed);
            var machine = MachineText.Boot(Load(seed % 2 == 0 ? "default" : "memoryless-node", kernel));
            for (var i = random.Next(OperationsMax); i >= 0; i--)
                Operate(machine, random);
            var text = MachineFile.Write(RunningMachine.Describe("now", machine));
            try
            {
                Assert.That(Describe(MachineText.Boot(MachineText.Parse(text))), Is.EqualTo(Describe(machine)));
            }
            catch (Exception error)
            {
                Assert.Fail($"seed {seed}: {error.Message}\n{text}");
            }
        }
    }

    private static NamedMachine Load(string preset, Kernel kernel)
    {
        var machine = MachineFile.Load(preset);
        return machine with
        {
            Kernel = kernel.Name,
            Definition = machine.Definition with
            {
                MovableNode = true,
                Config = machine.Definition.Config with { HugePageSizes = [64, 2048, 8192, 262144] },
            },
        };
    }

    private static void Operate(Machine machine, Random random)
    {
        machine.Caller = new Caller(1);
        var operation = RandomOperation(machine, random);
        // A signal ends an operation that waits, when it is called again.
        for (var result = operation(); !result.IsOk && result.Error == Errno.EWAITING; result = operation())
            machine.Caller = new Caller(1, HasWaited: true, IsInterrupted: true);
    }

    private static Func<Result> RandomOperation(Machine machine, Random random)
    {
        var (blocks, dimms, loads) = (machine.Blocks.Members().ToArray(), machine.Dimms.ToArray(), machine.Loads.ToArray());
        var (block, node) = (new BlockId(blocks[random.Next(blocks.Length)]), machine.PossibleNodes[random.Next(2)]);
        var (id, size, blockSize) = ($"x{random.Next(3)}", random.Next(400) * Mebi, machine.BlockSizeBytes);
        var kind = Kinds[random.Next(Kinds.Length)];
        var placement = new LoadPlacement(node, (MemoryPolicy)random.Next(3)) { HugePageKiB = random.Next(2) * 8192 };
        var (request, blockCount, seed) = (StateWords.AllRequests[random.Next(StateWords.AllRequests.Count)], random.Next(1, 5), random.Next());
        return random.Next(9) switch
        {
            0 or 1 or 2 => () => AsResult(machine.Devices.SetState(block, request)),
            3 => () => AsResult(machine.Plug(new DimmDefinition(id, node.Number, blockCount * blockSize, null))),
            4 when dimms.Length > 0 => () => machine.Unplug(dimms[seed % dimms.Length]),
            5 => () => AsResult(machine.Loads.Start(id, kind, size, placement)),
            6 when loads.Length > 0 => () => machine.Loads.Resize(loads[seed % loads.Length], size),
            7 when machine.VirtioMem.Find(id) is { } device => () => machine.VirtioMem.Resize(device, Math.Min(size & ~Mebi, device.MaxBytes)),
            7 => () => AsResult(machine.VirtioMem.Plug(new VirtioMemDefinition(id, node.Number, blockCount * blockSize, null))),
            8 when loads.Length > 0 => () => Do(() => machine.Loads.Churn(loads[seed % loads.Length], 1, seed)),
            _ => () => Do(() => machine.AllHugePages[seed % machine.AllHugePages.Count].Resize(node, blockCount * (seed % 5))),
        };
    }

    private static Result Do(Action action)
    {
        action();
        return Result.Ok;
    }

    private static Result AsResult<T>(Result<T> result) => result.TryGet(out _, out var error) ? Result.Ok : error;

    private static string Describe(Machine machine) => string.Join('\n',
    [
        .. machine.Blocks.Members().Select(number => Describe(machine, machine[new BlockId(number)])),
        .. machine.PossibleNodes.SelectMany(node => node.Zones).Select(zone => $"{zone} {zone.Span} present {zone.PresentPages} of boot "
            + $"{zone.PresentBootPages} managed {zone.ManagedPages} free {zone.FreePages} initialized {zone.Initialized}"),
        .. machine.PossibleNodes.Select(node =>
            $"{node.Number} {node.Span} {node.Online} normal {machine.NodeStates.NormalMemory.Contains(node.Number)} "
            + $"huge pages {string.Join(' ', machine.AllHugePages.Select(pools => $"{pools.Total(node)} free {pools.Free(node)}"))}"),
        .. machine.Dimms.OrderBy(dimm => dimm.First).Select(dimm => $"{dimm.Id} {dimm.First} {dimm.Count}"),
        .. machine.VirtioMem.Select(device => $"{device.Id} {device.First} {device.MaxBytes} {device.PluggedBytes} {device.RequestedBytes}"),
        .. machine.Loads.OrderBy(load => load.Id, StringComparer.Ordinal).Select(load =>
            $"{load.Id} {load.Kind} {load.SizeBytes} {load.Placement.Node.Number} {load.Placement.Policy} {string.Join(' ', load.Places)}"),
    ]);

    private static string Describe(Machine machine, in MemoryBlock block)
    {
        var index = block.VirtioMemIndex;
        var device = machine.VirtioMem.FirstOrDefault(device => device.Index == index);
        return $"{block.Id} node {block.Node.Number} {block.State} {block.Zones} boot {block.IsBoot} valid {machine.ValidZones(block.Id)} "
            + $"{machine.Dimms.At(block.DimmIndex)?.Id} {device?.Id} {device?.PluggedBytesOf(block.Id)}";
    }
}
