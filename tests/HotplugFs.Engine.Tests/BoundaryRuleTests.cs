namespace HotplugFs.Engine.Tests;

/// <summary>The rules of the 2012 patch set, on the default machine (kernel 4.9).</summary>
public sealed class BoundaryRuleTests
{
    private readonly List<string> _log = [];

    private Machine Logged(Machine machine)
    {
        machine.Logged += _log.Add;
        return machine;
    }

    [SetUp]
    public void ForgetLog() => _log.Clear();

    [Test]
    public void OnlineMovable_NotTheHighestBlockOfNormal_IsRefusedWithTheNumbers()
    {
        var machine = Logged(Machines.Default());
        Assert.That(machine.ValidZones(40), Is.EqualTo("Normal"));
        Assert.That(machine.Write(40, "online_movable").Error, Is.EqualTo(Errno.EINVAL));
        Assert.That(_log, Is.EqualTo(new[] { "memory40: online_movable refused: not at the end of zone Normal of node 1 (40 of 34-43)" }));
        Assert.That(machine.State(40), Is.EqualTo("offline"));
    }

    [Test]
    public void OnlineMovable_HighestBlockOfNormal_StartsZoneMovable()
    {
        var machine = Machines.Default();
        Assert.That(machine.ValidZones(43), Is.EqualTo("Normal Movable"));
        Assert.That(machine.Write(43, "online_movable").IsOk);
        Assert.That(machine.ValidZones(43), Is.EqualTo("Movable Normal"));
        Assert.That(machine.ValidZones(42), Is.EqualTo("Normal Movable"));
        Assert.That(machine.Blocks(1, ZoneType.Normal), Is.EqualTo("34-42"));
        Assert.That(machine.Blocks(1, ZoneType.Movable), Is.EqualTo("43"));
    }

    [Test]
    public void OnlineKernel_LowestMovableBlock_MovesBackAndEmptiesMovable()
    {
        var machine = Machines.Default();
        machine.Write(43, "online_movable");
        Assert.That(machine.Write(43, "offline").IsOk);
        Assert.That(machine.Zone(43), Is.EqualTo(ZoneType.Movable), "an offlined block keeps its zone");
        Assert.That(machine.Write(43, "online_kernel").IsOk);
        Assert.That(machine.Zone(43), Is.EqualTo(ZoneType.Normal));
        Assert.That(machine.FindNode(1)!.Zone(ZoneType.Movable).Span.IsEmpty);
    }

    [Test]
    public void OnlineKernel_NotTheLowestMovableBlock_IsRefused()
    {
        var machine = Logged(Machines.Default());
        machine.Write(43, "online_movable");
        machine.Write(42, "online_movable");
        machine.Write(43, "offline");
        Assert.That(machine.Write(43, "online_kernel").Error, Is.EqualTo(Errno.EINVAL));
        Assert.That(_log[^1], Is.EqualTo("memory43: online_kernel refused: not at the start of zone Movable of node 1 (43 of 42-43)"));
    }

    [Test]
    public void Online_OfflinedMovableBlock_KeepsTheZone()
    {
        var machine = Machines.Default();
        machine.Write(43, "online_movable");
        machine.Write(43, "offline");
        Assert.That(machine.Write(43, "online").IsOk);
        Assert.That(machine.Zone(43), Is.EqualTo(ZoneType.Movable));
    }

    [Test]
    public void Write_CurrentState_ReportsAlready()
    {
        var machine = Machines.Default();
        Assert.That(machine.Write(34, "online_movable").Value, Is.EqualTo(DeviceOutcome.Already));
        Assert.That(machine.Write(40, "offline").Value, Is.EqualTo(DeviceOutcome.Already));
    }

    [Test]
    public void EmptyNormal_OnlyTheLowestMovableBlockCanMoveBack()
    {
        var machine = Machines.Memoryless(3, movableNode: true);
        foreach (var block in new[] { 34, 33, 32 })
            Assert.That(machine.Write(block, "online_movable").IsOk, $"memory{block}");
        Assert.That(machine.FindNode(1)!.Zone(ZoneType.Normal).Span.IsEmpty);
        foreach (var block in new[] { 32, 33, 34 })
            machine.Write(block, "offline");
        Assert.That(machine.Write(33, "online_kernel").Error, Is.EqualTo(Errno.EINVAL));
        Assert.That(machine.Write(32, "online_kernel").IsOk);
        Assert.That(machine.Blocks(1, ZoneType.Normal), Is.EqualTo("32"));
        Assert.That(machine.Blocks(1, ZoneType.Movable), Is.EqualTo("33-34"));
    }

    [Test]
    public void OnlineMovable_NodeWithoutNormalMemory_NeedsMovableNode()
    {
        var without = Logged(Machines.Memoryless(3));
        Assert.That(without.ValidZones(34), Is.EqualTo("Normal Movable"), "valid_zones ignores this rule");
        Assert.That(without.Write(34, "online_movable").Error, Is.EqualTo(Errno.EINVAL));
        Assert.That(_log[^1], Does.StartWith("memory34: online_movable refused: node 1 has no normal memory online"));
        Assert.That(without.Write(32, "online_kernel").IsOk);
        Assert.That(without.Write(34, "online_movable").IsOk);

        Assert.That(Machines.Memoryless(3, movableNode: true).Write(34, "online_movable").IsOk);
    }

    [Test]
    public void Offline_LastNormalMemoryWithMovableOnline_NeedsMovableNode([Values] bool movableNode)
    {
        var machine = Logged(Machines.Memoryless(3, movableNode));
        machine.Write(32, "online");
        machine.Write(34, "online_movable");
        var outcome = machine.Write(32, "offline");
        if (movableNode)
        {
            Assert.That(outcome.IsOk);
            Assert.That(machine.NodeStates.Memory.Contains(1));
            Assert.That(machine.NodeStates.NormalMemory.Contains(1), Is.False);
            return;
        }
        Assert.That(outcome.Error, Is.EqualTo(Errno.EINVAL));
        Assert.That(_log[^1], Is.EqualTo("memory32: offline refused: it is the last normal memory of node 1, "
            + "which has 128 MiB of movable memory online"));
        machine.Write(34, "offline");
        Assert.That(machine.Write(32, "offline").IsOk);
    }

    [Test]
    public void Offline_BlockWithKernelPages_IsBusy()
    {
        var machine = Logged(Machines.Default());
        Assert.That(machine.Write(32, "offline").Error, Is.EqualTo(Errno.EBUSY));
        Assert.That(machine.State(32), Is.EqualTo("online"));
        Assert.That(_log[^1], Is.EqualTo("memory32: offline refused: it holds pages of the kernel, which cannot be moved away"));
    }

    [Test]
    public void RefusedOnline_AfterTheMove_LeavesTheBlockInTheNewZone()
    {
        var machine = Logged(Machines.Default());
        machine.ErrorInjection[Notifiers.MemoryAction.GoingOnline] = -(int)Errno.ENOMEM;
        Assert.That(machine.Write(43, "online_movable").Error, Is.EqualTo(Errno.ENOMEM));
        Assert.That(machine.State(43), Is.EqualTo("offline"));
        Assert.That(machine.ValidZones(43), Is.EqualTo("Movable Normal"));
        Assert.That(_log[^1], Does.EndWith("answered MEM_GOING_ONLINE with ENOMEM; the block stays offline, but in zone Movable"));
    }

    [Test]
    public void RememberedRequest_RefusedWriteToState_IsUsedByTheOnlineFile()
    {
        var machine = Machines.Default();
        machine.Write(43, "online");
        Assert.That(machine.Write(43, "online_movable").Value, Is.EqualTo(DeviceOutcome.Already));
        machine.Devices.SetOnline(new BlockId(43), false);
        machine.Devices.SetOnline(new BlockId(43), true);
        Assert.That(machine.Zone(43), Is.EqualTo(ZoneType.Movable));

        machine.Devices.SetOnline(new BlockId(43), false);
        machine.Devices.SetOnline(new BlockId(43), true);
        Assert.That(machine.Zone(43), Is.EqualTo(ZoneType.Movable), "a used request is forgotten, and plain online keeps the zone");
    }
}
