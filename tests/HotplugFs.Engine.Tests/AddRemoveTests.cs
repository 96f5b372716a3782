namespace HotplugFs.Engine.Tests;

public sealed class AddRemoveTests
{
    [TestCase(-1)]
    [TestCase(32769)]
    [TestCase(int.MaxValue)]
    public void Boot_WithMoreHolesThanPages_IsRefused(int holes) => Assert.That(
        () => Machines.Boot(new MachineDefinition
        {
            BlockSizeBytes = Machines.BlockSize,
            Nodes = [new NodeDefinition(0, [0])],
            Memory = [new MemoryRange(new BlockId(0), 1, 0, ZoneType.Dma32) { HolePages = holes }],
        }),
        Throws.ArgumentException.With.Message.Contains($"memory0 has {holes} pages"));

    [Test]
    public void Plug_AboveAMovableZone_IsMovable()
    {
        var machine = Machines.Default();
        machine.Write(43, "online_movable");
        Assert.That(machine.Plug(Machines.Dimm("above", 1, 50, 2)).IsOk);
        Assert.That(machine.Zone(50), Is.EqualTo(ZoneType.Movable));
        Assert.That(machine.Blocks(1, ZoneType.Movable), Is.EqualTo("43-51"));
        Assert.That(machine.Plug(Machines.Dimm("below", 1, 38, 2)).IsOk);
        Assert.That(machine.Zone(38), Is.EqualTo(ZoneType.Normal));
    }

    [Test]
    public void Plug_AfterAHole_LeavesTheHighestPresentBlockNotAtTheEnd()
    {
        var machine = Machines.Default();
        machine.Plug(Machines.Dimm("far", 1, 60, 1));
        Assert.That(machine.ValidZones(43), Is.EqualTo("Normal"));
        Assert.That(machine.Write(60, "online_movable").IsOk);
        Assert.That(machine.Write(43, "online_movable").Error, Is.EqualTo(Errno.EINVAL), "the hole below 60 is still inside the span");
        Assert.That(machine.Blocks(1, ZoneType.Normal), Is.EqualTo("34-59"));
    }

    [Test]
    public void Unplug_EndOfTheZone_ShrinksTheSpan()
    {
        var machine = Machines.Default();
        Assert.That(machine.Unplug(machine.Dimms.Find("dimm0")!).IsOk);
        Assert.That(machine.Blocks(1, ZoneType.Normal), Is.EqualTo("34-37"));
        Assert.That(machine.ValidZones(37), Is.EqualTo("Normal Movable"));
        Assert.That(machine.TryGetBlock(new BlockId(40), out _), Is.False);
    }

    [Test]
    public void Unplug_DimmWhoseUpperBlocksMoved_LeavesAStaleMovableSpan()
    {
        var machine = Machines.Default();
        machine.Write(43, "online_movable");
        Assert.That(machine.Unplug(machine.Dimms.Find("dimm0")!).IsOk);
        Assert.That(machine.Blocks(1, ZoneType.Movable), Is.EqualTo("43"));
        machine.Plug(Machines.Dimm("again", 1, 40, 4));
        Assert.That(machine.Zone(43), Is.EqualTo(ZoneType.Normal));
        machine.Plug(Machines.Dimm("more", 1, 50, 1));
        Assert.That(machine.Zone(50), Is.EqualTo(ZoneType.Movable), "the stale span still decides");
    }

    [Test]
    public void Unplug_BlockThatCannotGoOffline_IsRefusedAndTheOthersAreOnlinedAgain()
    {
        var machine = Machines.Default();
        foreach (var block in new[] { 40, 41, 42, 43 })
            machine.Write(block, "online");
        machine.Write(41, "offline");
        var log = new List<string>();
        machine.Logged += log.Add;
        machine.IsolatePages = block => block.Id.Number == 42 ? new Refusal(Errno.EBUSY, RefusalRule.UnmovablePages, "stuck") : null;

        Assert.That(machine.Unplug(machine.Dimms.Find("dimm0")!).Error, Is.EqualTo(Errno.EBUSY));
        Assert.That(new[] { 40, 41, 42, 43 }.Select(machine.State), Is.EqualTo(new[] { "online", "offline", "online", "online" }));
        Assert.That(machine.Dimms.Find("dimm0"), Is.Not.Null);
        Assert.That(log, Has.Some.Contains("dimm dimm0: unplug refused: memory42 cannot go offline"));
    }

    [Test]
    public void Unplug_NothingWasOfflined_LogPromisesNoRollback()
    {
        var machine = Machines.Default();
        machine.Write(43, "online");
        machine.IsolatePages = _ => new Refusal(Errno.EBUSY, RefusalRule.UnmovablePages, "stuck");
        var log = new List<string>();
        machine.Logged += log.Add;
        machine.Unplug(machine.Dimms.Find("dimm0")!);
        Assert.That(log, Is.EqualTo(new[]
        {
            "memory43: offline refused: stuck",
            "dimm dimm0: unplug: the kernel tries memory43 a second time",
            "memory43: offline refused: stuck",
            "dimm dimm0: unplug refused: memory43 cannot go offline",
        }));
    }

    [Test]
    public void Unplug_BlockThatEndsInAHole_ItsSuccessorDoesNot()
    {
        var machine = Machines.Boot(new MachineDefinition
        {
            BlockSizeBytes = Machines.BlockSize,
            Nodes = [new NodeDefinition(0, [0])],
            Memory =
            [
                new MemoryRange(new BlockId(32), 2, 0, ZoneType.Normal),
                new MemoryRange(new BlockId(40), 1, 0, ZoneType.Normal) { State = MemoryBlockState.Offline, Dimm = "d", EndsInHole = true },
            ],
        });
        Assert.That(machine[new BlockId(40)].EndsInHole);
        machine.Unplug(machine.Dimms.Find("d")!);
        Assert.That(machine.Blocks(0, ZoneType.Normal), Is.EqualTo("32-33"));
        Assert.That(machine.FindNode(0)!.Span.End, Is.EqualTo(34 * Machines.BlockSize / PageSize.Usual));
        machine.Plug(Machines.Dimm("e", 0, 40, 1));
        Assert.That(machine[new BlockId(40)].EndsInHole, Is.False);
    }

    [Test]
    public void NodeWithoutCpu_IsOnlineWhileItHasBlocks()
    {
        var machine = Machines.Memoryless(0);
        var events = new List<HotplugEvent>();
        machine.Changed += change =>
        {
            if (change is not (FirmwareDeviceAdded or FirmwareDeviceRemoved))
                events.Add(change);
        };
        Assert.That(machine.NodeStates.Online.Contains(1), Is.False);
        var dimm = machine.Plug(Machines.Dimm("d", 1, 32, 2)).Value;
        Assert.That(machine.NodeStates.Online.Contains(1));
        machine.Unplug(dimm);
        Assert.That(machine.NodeStates.Online.Contains(1), Is.False);
        var node = machine.FindNode(1)!;
        Assert.That(events, Is.EqualTo(new HotplugEvent[]
        {
            new BlockAdded(new BlockId(32), node), new BlockAdded(new BlockId(33), node), new NodeAdded(node), new DimmAdded(dimm),
            new BlockRemoved(new BlockId(32), node), new BlockRemoved(new BlockId(33), node), new NodeRemoved(node), new DimmRemoved(dimm),
        }));
    }

    [TestCase("taken", 1, 42, 1, Errno.EEXIST)]
    [TestCase("dimm0", 1, 60, 1, Errno.EEXIST)]
    [TestCase("nowhere", 7, 60, 1, Errno.EINVAL)]
    [TestCase("huge", 1, 60, 1 << 25, Errno.ENOSPC)]
    public void Plug_WrongRequest_IsRefusedAndNothingChanges(string id, int node, int first, int blocks, Errno expected)
    {
        var machine = Machines.Default();
        var before = machine.Blocks.Count;
        Assert.That(machine.Plug(Machines.Dimm(id, node, first, blocks)).Error, Is.EqualTo(expected));
        Assert.That(machine.Blocks.Count, Is.EqualTo(before));
        Assert.That(machine.Dimms.Select(dimm => dimm.Id), Is.EqualTo(new[] { "dimm0", "dimm1" }));
    }

    [Test]
    public void Plug_Unaligned_IsRefused()
    {
        var machine = Machines.Default();
        foreach (var (size, address) in new[] { (Machines.BlockSize, 60 * Machines.BlockSize + 4096), (Machines.BlockSize + 1, 0), (0, 0) })
            Assert.That(machine.Plug(new DimmDefinition("d", 1, size, address)).Error, Is.EqualTo(Errno.EINVAL), $"{size} at {address}");
    }

    [Test]
    public void Plug_WithoutAddress_IsAboveAllMemory()
    {
        var dimm = new DimmDefinition("d", 1, Machines.BlockSize, null);
        Assert.That(Machines.Default().Plug(dimm).Value.First.Number, Is.EqualTo(48));
        Assert.That(Machines.Memoryless(0).Plug(dimm).Value.First.Number, Is.EqualTo(32), "not below 4 GiB");
    }

    [Test]
    public void AutoOnline_LeavesTheDeviceFlag()
    {
        var machine = Machines.Default();
        machine.Devices.AutoOnline = OnlineType.Online;
        machine.Plug(Machines.Dimm("d", 1, 50, 1));
        var block = machine[new BlockId(50)];
        Assert.That((block.State, block.DeviceOnline), Is.EqualTo((MemoryBlockState.Online, false)));
        Assert.That(machine.Write(50, "offline").Value, Is.EqualTo(DeviceOutcome.Already));
        Assert.That(machine.Unplug(machine.Dimms.Find("d")!).Error, Is.EqualTo(Errno.EIO), "where a real 4.9 kernel crashes");
        Assert.That(machine.Write(50, "online").Value, Is.EqualTo(DeviceOutcome.Done));
        Assert.That(machine[new BlockId(50)].DeviceOnline);
        Assert.That(machine.Unplug(machine.Dimms.Find("d")!).IsOk);
    }

    [Test]
    public void Slots_LowestFreeSlot_IsReused()
    {
        var machine = Machines.Memoryless(3);
        machine.Unplug(machine.Dimms.Find("b1")!);
        machine.Unplug(machine.Dimms.Find("b0")!);
        foreach (var (id, slot) in new[] { ("c", 0), ("d", 1), ("e", 3) })
            Assert.That(machine.Plug(new DimmDefinition(id, 1, Machines.BlockSize, null)).Value.Slot, Is.EqualTo(slot), id);
        Assert.That(machine.Dimms.Count, Is.EqualTo(4));
        Assert.That(machine.Dimms.NextIndex(0), Is.EqualTo(machine.Dimms.Find("b2")!.Index));
    }

    [Test]
    public void Generation_BlockAddedAgain_Differs()
    {
        var machine = Machines.Default();
        var before = machine[new BlockId(40)].Generation;
        machine.Unplug(machine.Dimms.Find("dimm0")!);
        machine.Plug(Machines.Dimm("dimm0", 1, 40, 4));
        Assert.That(machine[new BlockId(40)].Generation, Is.EqualTo(before + 1));
    }

    [Test]
    public void Probe_WrongAddress_IsRefused()
    {
        var machine = Machines.Default();
        Assert.That(machine.Devices.Probe(40UL * (ulong)Machines.BlockSize).Error, Is.EqualTo(Errno.EEXIST));
        Assert.That(machine.Devices.Probe(1).Error, Is.EqualTo(Errno.EINVAL));
        Assert.That(machine.Devices.Probe(1UL << 52).Error, Is.EqualTo(Errno.EEXIST), "beyond the addresses of the machine");
        Assert.That(machine.Devices.Probe((1UL << 52) + 1).Error, Is.EqualTo(Errno.EINVAL), "the alignment is checked first");
        Assert.That(machine.Devices.Probe(ulong.MaxValue - (ulong)Machines.BlockSize + 1).Error, Is.EqualTo(Errno.EEXIST));
        Assert.That(machine.Devices.Probe(60UL * (ulong)Machines.BlockSize).IsOk);
        Assert.That(machine[new BlockId(60)].Node.Number, Is.EqualTo(0));
    }
}
