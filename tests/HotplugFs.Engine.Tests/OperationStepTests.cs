using HotplugFs.Engine.Memory;
using HotplugFs.Engine.Notifiers;

namespace HotplugFs.Engine.Tests;

public sealed class OperationStepTests
{
    [Test]
    public void Offline_StepByStep_ShowsGoingOffline()
    {
        var machine = Machines.Default();
        var operation = machine.SetState(new BlockId(34), OnlineType.Offline);
        Assert.That(operation.Step(out var step));
        Assert.That((step, machine.State(34)), Is.EqualTo((HotplugStep.GoingOffline, "going-offline")));
        Assert.That(operation.Step(out step));
        Assert.That((step, machine.State(34)), Is.EqualTo((HotplugStep.Migrating, "going-offline")));
        Assert.That(operation.Step(out _), Is.False);
        Assert.That(machine.State(34), Is.EqualTo("offline"));
        Assert.That(operation.Outcome.IsOk);
    }

    [Test]
    public void Offline_InterruptedWhileMigrating_IsEintrAndCancelled()
    {
        var machine = Machines.Default();
        var seen = new Recorder();
        machine.Notifiers.Register(seen);
        var operation = machine.SetState(new BlockId(34), OnlineType.Offline);
        operation.Step(out _);
        operation.Step(out _);
        operation.Interrupt();
        Assert.That(operation.Run().Error, Is.EqualTo(Errno.EINTR));
        Assert.That(machine.State(34), Is.EqualTo("online"));
        Assert.That(seen.Actions, Is.EqualTo(new[] { MemoryAction.GoingOffline, MemoryAction.CancelOffline }));
    }

    [Test]
    public void Begin_WhileAnotherIsUnderWay_Throws()
    {
        var machine = Machines.Default();
        machine.SetState(new BlockId(34), OnlineType.Offline).Step(out _);
        Assert.That(() => machine.SetState(new BlockId(35), OnlineType.Offline), Throws.InvalidOperationException);
    }

    [Test]
    public void Notifiers_Refusal_CancelGoesToTheWholeChain()
    {
        var machine = Machines.Default();
        var (early, late) = (new Recorder { Priority = 10 }, new Recorder { Priority = -10 });
        machine.Notifiers.Register(late);
        machine.Notifiers.Register(early);
        machine.ErrorInjection[MemoryAction.GoingOnline] = -5;
        Assert.That(machine.Write(40, "online").Error, Is.EqualTo(Errno.EIO));
        Assert.That(early.Actions, Is.EqualTo(new[] { MemoryAction.GoingOnline, MemoryAction.CancelOnline }));
        Assert.That(late.Actions, Is.EqualTo(new[] { MemoryAction.CancelOnline }), "it had not been asked");
    }

    [Test]
    public void Notifiers_RefusedByTheZoneRule_HearNothing()
    {
        var machine = Machines.Default();
        var seen = new Recorder();
        machine.Notifiers.Register(seen);
        machine.Write(40, "online_movable");
        machine.Write(32, "offline");
        Assert.That(seen.Actions, Is.Empty);
    }

    [Test]
    public void Notifiers_FirstAndLastMemoryOfANode_AreToldWhichNodeChanges()
    {
        var machine = Machines.Memoryless(2, movableNode: true);
        var seen = new Recorder();
        machine.Notifiers.Register(seen);
        machine.Write(33, "online_movable");
        machine.Write(32, "online");
        machine.Write(33, "offline");
        machine.Write(32, "offline");
        Assert.That(seen.Nodes, Is.EqualTo(new[] { (1, -1), (-1, 1), (-1, -1), (1, 1) }));
    }

    private sealed class Recorder : IMemoryNotifier
    {
        public List<MemoryAction> Actions { get; } = [];

        public List<(int Memory, int Normal)> Nodes { get; } = [];

        public int Priority { get; init; }

        public string Name => "recorder";

        public Result Notify(MemoryAction action, in MemoryNotify argument)
        {
            Actions.Add(action);
            if (action is MemoryAction.GoingOnline or MemoryAction.GoingOffline)
                Nodes.Add((argument.StatusChangeNode, argument.StatusChangeNodeNormal));
            return Result.Ok;
        }
    }
}
