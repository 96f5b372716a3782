using HotplugFs.Engine.Notifiers;
using HotplugFs.Kernels;

namespace HotplugFs.Engine.Tests;

/// <summary>The notifier chain, and what a notifier sees and may do while an operation is under way.</summary>
public sealed class NotifierTests
{
    [Test]
    public void Offline_WhileNotifiersAreAsked_TheBlockIsGoingOffline()
    {
        var machine = Machines.Default();
        var seen = new List<(MemoryAction, string)>();
        machine.Notifiers.Register(new Watcher(action => seen.Add((action, machine.State(34)))));
        machine.Write(34, "offline");
        Assert.That(seen, Is.EqualTo(new[] { (MemoryAction.GoingOffline, "going-offline"), (MemoryAction.Offline, "offline") }));
    }

    [Test]
    public void Offline_RefusedByANotifier_TheBlockIsOnlineAgain()
    {
        var machine = Machines.Default();
        machine.ErrorInjection[MemoryAction.GoingOffline] = -(int)Errno.ENOMEM;
        Assert.That(machine.Write(34, "offline").Error, Is.EqualTo(Errno.ENOMEM));
        Assert.That(machine.State(34), Is.EqualTo("online"));
    }

    [Test]
    public void Unplug_ANotifierAnswersWithEintr_IsEbusyAsForEveryErrno([Values(Errno.EINTR, Errno.ENOMEM)] Errno answer)
    {
        var machine = Machines.Default();
        machine.Write(40, "online");
        machine.ErrorInjection[MemoryAction.GoingOffline] = -(int)answer;
        Assert.That(machine.Unplug(machine.Dimms.Find("dimm0")!).Error, Is.EqualTo(Errno.EBUSY));
    }

    [Test]
    public void Offline_PagesCannotBeIsolated_TheBlockIsOnlineAgainAndNotifiersAreNotAsked()
    {
        var machine = Machines.Default();
        var seen = new Recorder();
        machine.Notifiers.Register(seen);
        machine.IsolatePages = _ => new Refusal(Errno.EAGAIN, RefusalRule.UnmovablePages, "stuck");
        Assert.That(machine.Write(34, "offline").Error, Is.EqualTo(Errno.EAGAIN));
        Assert.That(machine.State(34), Is.EqualTo("online"));
        Assert.That(seen.Actions, Is.Empty);
    }

    [Test]
    public void Operation_StartedByANotifier_Throws()
    {
        var machine = Machines.Default();
        var attempts = new Action[]
        {
            () => machine.Write(35, "offline"),
            () => machine.Devices.SetOnline(new BlockId(35), false),
            () => machine.Devices.Probe(60UL * (ulong)Machines.BlockSize),
            () => machine.Plug(Machines.Dimm("d", 1, 60, 1)),
            () => machine.Unplug(machine.Dimms.Find("dimm0")!),
        };
        var tried = 0;
        machine.Notifiers.Register(new Watcher(action =>
        {
            foreach (var attempt in attempts)
                Assert.That(attempt, Throws.InvalidOperationException);
            tried += attempts.Length;
        }));
        Assert.That(machine.Write(34, "offline").IsOk);
        Assert.That(tried, Is.EqualTo(2 * attempts.Length));
        Assert.That((machine.State(34), machine.State(35)), Is.EqualTo(("offline", "online")));
    }

    [TestCase(34, "offline", MemoryAction.GoingOffline, "online")]
    [TestCase(40, "online", MemoryAction.GoingOnline, "offline")]
    public void Operation_NotifierThrows_EndsAndTheNextOneRuns(int block, string word, MemoryAction going, string before)
    {
        var machine = Machines.Default();
        var throws = true;
        machine.Notifiers.Register(new Watcher(action =>
        {
            if (throws && action == going)
                throw new InvalidDataException("a bug in a notifier");
        }));
        Assert.That(() => machine.Write(block, word), Throws.TypeOf<InvalidDataException>());
        Assert.That(machine.State(block), Is.EqualTo(before));
        throws = false;
        Assert.That(machine.Write(block, word).IsOk);
        Assert.That(machine.State(block), Is.EqualTo(word));
    }

    [Test]
    public void Online_NotifierThrows_TheBlockIsInNoZone()
    {
        var machine = new Machine(
            new MachineDefinition
            {
                BlockSizeBytes = Machines.BlockSize,
                Nodes = [new NodeDefinition(0, [0])],
                Memory = [new MemoryRange(new BlockId(32), 2, 0, ZoneType.Normal)],
                Dimms = [Machines.Dimm("d", 0, 40, 1)],
            },
            KernelCatalogue.Get("6.12").Rules);
        machine.Notifiers.Register(new Watcher(_ => throw new InvalidDataException("a bug in a notifier")));
        Assert.That(() => machine.Write(40, "online_movable"), Throws.TypeOf<InvalidDataException>());
        Assert.That(machine.ValidZones(40), Is.EqualTo("Normal Movable"));
        Assert.That(machine.FindNode(0)!.Zone(ZoneType.Movable).Span.IsEmpty);
    }

    [Test]
    public void Plug_NotifierThrowsAtAutoOnline_TheDimmIsPlugged()
    {
        var machine = Machines.Default();
        machine.Devices.AutoOnline = OnlineType.Online;
        var throws = true;
        machine.Notifiers.Register(new Watcher(_ =>
        {
            if (throws)
                throw new InvalidDataException("a bug in a notifier");
        }));
        var events = new List<HotplugEvent>();
        machine.Changed += events.Add;
        Assert.That(() => machine.Plug(Machines.Dimm("d", 1, 60, 1)), Throws.TypeOf<InvalidDataException>());
        var dimm = machine.Dimms.Find("d")!;
        Assert.That(events, Is.EqualTo(new HotplugEvent[]
        {
            new FirmwareDeviceAdded(dimm), new BlockAdded(new BlockId(60), machine.FindNode(1)!), new DimmAdded(dimm),
        }));
        throws = false;
        Assert.That(machine.Unplug(dimm).IsOk);
    }

    [Test]
    public void Unplug_EventHandlerThrows_TheDimmIsGone()
    {
        var machine = Machines.Default();
        void Throw(HotplugEvent change) => throw new InvalidDataException("a bug in a handler");
        machine.Changed += Throw;
        Assert.That(() => machine.Unplug(machine.Dimms.Find("dimm0")!), Throws.TypeOf<InvalidDataException>());
        machine.Changed -= Throw;
        Assert.That(machine.Blocks.Next(38), Is.EqualTo(44));
        Assert.That(machine.Plug(Machines.Dimm("dimm0", 1, 40, 4)).IsOk);
    }

    [Test]
    public void Plug_EventHandlerThrows_TheNextOperationRuns()
    {
        var machine = Machines.Default();
        void Throw(HotplugEvent change) => throw new InvalidDataException("a bug in a handler");
        machine.Changed += Throw;
        Assert.That(() => machine.Plug(Machines.Dimm("d", 1, 60, 1)), Throws.TypeOf<InvalidDataException>());
        machine.Changed -= Throw;
        Assert.That(machine.Plug(Machines.Dimm("e", 1, 70, 1)).IsOk);
    }

    [Test]
    public void Refusal_ByOneNotifier_CancelIsSentToTheWholeChain()
    {
        var machine = Machines.Default();
        var (early, late) = (new Recorder { Priority = 10 }, new Recorder { Priority = -10 });
        machine.Notifiers.Register(late);
        machine.Notifiers.Register(early);
        machine.ErrorInjection[MemoryAction.GoingOnline] = -5;
        Assert.That(machine.Write(40, "online").Error, Is.EqualTo(Errno.EIO));
        Assert.That(early.Actions, Is.EqualTo(new[] { MemoryAction.GoingOnline, MemoryAction.CancelOnline }));
        Assert.That(late.Actions, Is.EqualTo(new[] { MemoryAction.CancelOnline }), "it was not asked before");
    }

    [Test]
    public void Refusal_ByTheZoneRule_NotifiersAreNotAsked()
    {
        var machine = Machines.Default();
        var seen = new Recorder();
        machine.Notifiers.Register(seen);
        machine.Write(40, "online_movable");
        machine.Write(32, "offline");
        Assert.That(seen.Actions, Is.Empty);
    }

    [Test]
    public void FirstAndLastMemoryOfANode_ArgumentNamesTheNode()
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

    private sealed class Watcher(Action<MemoryAction> watch) : IMemoryNotifier
    {
        public int Priority => 0;

        public string Name => "watcher";

        public Result Notify(MemoryAction action, in MemoryNotify argument)
        {
            watch(action);
            return Result.Ok;
        }
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
