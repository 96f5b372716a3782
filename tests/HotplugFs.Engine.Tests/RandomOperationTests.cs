using CsCheck;
using HotplugFs.Engine.Notifiers;

namespace HotplugFs.Engine.Tests;

/// <summary>Random sequences of operations. CsCheck prints the seed of a sequence that fails; CsCheck_Seed repeats it.</summary>
public sealed class RandomOperationTests
{
    [Test]
    public void AnySequence_KeepsTheInvariants([Values] bool movableNode, [Values] bool memoryless) =>
        Operation.Random.Array[1, 60].Sample(operations =>
        {
            var machine = memoryless ? Machines.Memoryless(4, movableNode) : Machines.Default(movableNode);
            var watcher = new ChainWatcher();
            machine.Notifiers.Register(watcher);
            var stuck = new HashSet<int> { 0 };
            machine.IsolatePages = block => stuck.Contains(block.Id.Number) ? new Refusal(Errno.EBUSY, RefusalRule.UnmovablePages, "stuck") : null;
            foreach (var operation in operations.Select(operation => operation.On([.. Snapshot.Ids(machine).Select(id => id.Number)])))
            {
                if (operation is Stick { Block: > 0 } stick && !stuck.Remove(stick.Block))
                    stuck.Add(stick.Block);
                if (operation is Unplug unplug && machine.Dimms.Find(unplug.Id) is null)
                    continue;
                CheckOne(machine, operation);
                Assert.That(watcher.IsIdle);
            }
        }, iter: 400);

    private static void CheckOne(Machine machine, Operation operation)
    {
        var before = (Blocks: Snapshot.Blocks(machine), Zones: Snapshot.Zones(machine), Figures: Snapshot.Figures(machine));
        var isRefused = !machine.Apply(operation).IsOk;
        Invariants.Check(machine);
        // A refused unplug may online blocks by remembered requests.
        if (!isRefused || operation is Unplug)
            return;
        Assert.That(Snapshot.Blocks(machine), Is.EqualTo(before.Blocks), "a refused operation changed a block");
        Assert.That(Snapshot.Figures(machine), Is.EqualTo(before.Figures), "a refused operation changed a figure");
        if (machine.ErrorInjection[MemoryAction.GoingOnline] == 0)
            Assert.That(Snapshot.Zones(machine), Is.EqualTo(before.Zones), "only a move that a notifier refused is not undone");
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
            machine.IsolatePages = block => block.Id.Number == stuck ? new Refusal(Errno.EBUSY, RefusalRule.UnmovablePages, "stuck") : null;
            var before = Snapshot.All(machine);
            Assert.That(machine.Unplug(machine.Dimms.Find("dimm0")!).Error, Is.EqualTo(Errno.EBUSY));
            Assert.That(Snapshot.All(machine), Is.EqualTo(before));
        });
}
