using CsCheck;
using HotplugFs.Engine.Memory;
using HotplugFs.Engine.Notifiers;

namespace HotplugFs.Engine.Tests;

/// <summary>Random sequences of operations; CsCheck prints the seed of a sequence that fails, and repeats it with CsCheck_Seed.</summary>
public sealed class RandomOperationTests
{
    private static readonly Gen<(int Kind, int Block, int Extra)[]> Sequences =
        Gen.Select(Gen.Int[0, 13], Gen.OneOf(Gen.Int[30, 52], Gen.Int[0, 4]), Gen.Int[0, 5]).Array[1, 60];

    [Test]
    public void AnySequence_KeepsTheInvariants([Values] bool movableNode, [Values] bool memoryless) =>
        Sequences.Sample(sequence =>
        {
            var machine = memoryless ? Machines.Memoryless(4, movableNode) : Machines.Default(movableNode);
            var watcher = new ChainWatcher();
            machine.Notifiers.Register(watcher);
            foreach (var (kind, block, extra) in sequence)
            {
                var before = (Blocks: Snapshot.Blocks(machine), Zones: Snapshot.Zones(machine), Figures: Snapshot.Figures(machine));
                var (refused, byNotifier) = Apply(machine, kind, block, extra);
                Invariants.Check(machine);
                Assert.That(watcher.IsIdle);
                if (!refused)
                    continue;
                Assert.That(Snapshot.Blocks(machine), Is.EqualTo(before.Blocks), "a refused operation changed a block");
                Assert.That(Snapshot.Figures(machine), Is.EqualTo(before.Figures), "a refused operation changed a figure");
                if (!byNotifier)
                    Assert.That(Snapshot.Zones(machine), Is.EqualTo(before.Zones), "only a move that a notifier refused afterwards may stay (legacy.md 3.3)");
            }
        }, iter: 400);

    /// <summary>Does one thing to the machine.</summary>
    /// <returns>Whether it was refused, and whether a notifier had its say after a move.</returns>
    private static (bool Refused, bool ByNotifier) Apply(Machine machine, int kind, int block, int extra)
    {
        var present = machine.Blocks.Contains(block);
        var injected = machine.ErrorInjection[MemoryAction.GoingOnline] != 0 || machine.ErrorInjection[MemoryAction.GoingOffline] != 0;
        switch (kind)
        {
            case <= 7 when present:
                return (!machine.Devices.SetState(new BlockId(block), (OnlineType)(kind / 2)).IsOk, injected);
            case 8 or 9 when present:
                return (!machine.Devices.SetOnline(new BlockId(block), kind == 8).IsOk, injected);
            case 10:
                return (!machine.Plug(Machines.Dimm($"r{extra}", extra % 3, block, 1 + extra % 3)).IsOk, false);
            case 11 when machine.Dimms.Find($"r{extra}") is { } dimm:
                // The blocks that come back after a refused eject can come back by a remembered request, so only invariants hold.
                machine.Unplug(dimm);
                return (false, false);
            case 12:
                machine.ErrorInjection[extra < 3 ? MemoryAction.GoingOnline : MemoryAction.GoingOffline] = extra % 3 == 0 ? -12 : 0;
                return (false, false);
            default:
                return (false, false);
        }
    }

    [Test]
    public void RefusedUnplug_WithoutRememberedRequests_ChangesNothing() =>
        Gen.Select(Gen.Int[40, 43], Gen.Int[0, 15]).Sample((stuck, online) =>
        {
            var machine = Machines.Default();
            machine.Write(stuck, "online");
            for (var i = 0; i < 4; i++)
                if ((online & (1 << i)) != 0)
                    machine.Write(40 + i, "online");
            machine.IsolatePages = block => block.Id.Number == stuck ? Errno.EBUSY : Result.Ok;
            var before = Snapshot.All(machine);
            Assert.That(machine.Unplug(machine.Dimms.Find("dimm0")!).Error, Is.EqualTo(Errno.EBUSY));
            Assert.That(Snapshot.All(machine), Is.EqualTo(before));
        });
}
