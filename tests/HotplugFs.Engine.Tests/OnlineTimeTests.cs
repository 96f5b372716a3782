using HotplugFs.Kernels;

namespace HotplugFs.Engine.Tests;

/// <summary>The rules since 4.13, on kernel 6.12: a block gets its zone when it is onlined.</summary>
public sealed class OnlineTimeTests
{
    private static Machine Machine(
        bool movableNode = false, MemoryRange[]? more = null, OnlinePolicyKind policy = OnlinePolicyKind.ContigZones) => new(
        new MachineDefinition
        {
            BlockSizeBytes = Machines.BlockSize,
            MovableNode = movableNode,
            Nodes = [new NodeDefinition(0, [0])],
            Memory = [new MemoryRange(new BlockId(32), 4, 0, ZoneType.Normal), .. more ?? []],
            OnlinePolicy = new OnlinePolicySettings { Kind = policy },
        },
        KernelCatalogue.Get("6.12").Rules);

    [Test]
    public void OnlineMovable_AnyBlock_MovesAndChangesValidZonesOfOthers()
    {
        var machine = Machine();
        machine.Plug(Machines.Dimm("d", 0, 40, 6));
        Assert.That(machine.Write(41, "online_movable").IsOk);
        Assert.That(machine.Write(44, "online_movable").IsOk);
        Assert.That(machine.ValidZones(42), Is.EqualTo("Movable Normal"), "between two movable blocks");
        Assert.That(machine.ValidZones(40), Is.EqualTo("Normal Movable"), "below them");
        Assert.That(machine.Write(44, "offline").IsOk);
        Assert.That(machine.ValidZones(42), Is.EqualTo("Normal Movable"), "the span shrinks at once");
        Assert.That(machine.ValidZones(41), Is.EqualTo("Movable"), "an online block has one zone");
    }

    [Test]
    public void Online_BlockNextToNoZone_IsMovableOnlyWithMovableNode([Values] bool movableNode)
    {
        var machine = Machine(movableNode);
        machine.Plug(Machines.Dimm("d", 0, 40, 1));
        machine.Write(40, "online");
        Assert.That(machine.Zone(40), Is.EqualTo(movableNode ? ZoneType.Movable : ZoneType.Normal));
    }

    [Test]
    public void RefusedByANotifier_TheBlockLeavesTheZoneAgain()
    {
        var machine = Machine();
        machine.Plug(Machines.Dimm("d", 0, 40, 1));
        machine.ErrorInjection[Notifiers.MemoryAction.GoingOnline] = -12;
        var before = Snapshot.Figures(machine);
        Assert.That(machine.Write(40, "online_movable").Error, Is.EqualTo(Errno.ENOMEM));
        Assert.That(machine.FindNode(0)!.Zone(ZoneType.Movable).Span.IsEmpty);
        Assert.That(machine.FindNode(0)!.Zone(ZoneType.Movable).Blocks.Count, Is.Zero);
        Assert.That(Snapshot.Figures(machine), Is.EqualTo(before));
    }

    [Test]
    public void Boot_OfflineBlockOfADimm_IsInNoZone()
    {
        var offline = new MemoryRange(new BlockId(40), 1, 0, ZoneType.Movable) { State = MemoryBlockState.Offline, Dimm = "d" };
        var machine = Machine(more: [offline]);
        Assert.That(machine.FindNode(0)!.Zone(ZoneType.Movable).Span.IsEmpty);
        Assert.That(machine.ValidZones(40), Is.EqualTo("Normal Movable"));
    }

    [Test]
    public void AutoMovable_DimmWithAKernelBlockAtBoot_StaysInKernelZones()
    {
        MemoryRange Dimm(int block, MemoryBlockState state) =>
            new(new BlockId(block), 1, 0, ZoneType.Normal) { State = state, Dimm = $"d{block}" };
        var dimms = new[] { Dimm(40, MemoryBlockState.Online), Dimm(44, MemoryBlockState.Offline) };
        var machine = Machine(policy: OnlinePolicyKind.AutoMovable, more: dimms);
        machine.IsolatePages = _ => Result.Ok;
        Assert.That(machine.ValidZones(44), Is.EqualTo("Movable Normal"));
        Assert.That(machine.Dimms.At(machine[new BlockId(40)].DimmIndex)!.KernelBlocks, Is.EqualTo(1));
        machine.Write(40, "offline");
        Assert.That(machine.Dimms.At(machine[new BlockId(40)].DimmIndex)!.KernelBlocks, Is.Zero);
        Assert.That(machine.ValidZones(40), Is.EqualTo("Movable Normal"));
    }

    [Test]
    public void Offline_BlockWithAHole_IsEinval()
    {
        var machine = Machine(more: [new MemoryRange(new BlockId(2), 1, 0, ZoneType.Dma32) { HolePages = 32 }]);
        Assert.That(machine.Write(2, "offline").Error, Is.EqualTo(Errno.EINVAL));
    }

    [Test]
    public void Poison_KeepsTheBlockOfflineUntilItIsReplaced()
    {
        var machine = Machine();
        machine.Plug(Machines.Dimm("d", 0, 40, 1));
        machine.Write(40, "online");
        Assert.That(machine.Poison.HardOffline(40UL * (ulong)Machines.BlockSize).IsOk);
        Assert.That(machine.Poison.HardOffline(40UL * (ulong)Machines.BlockSize).Error, Is.EqualTo(Errno.EHWPOISON));
        machine.Write(40, "offline");
        Assert.That(machine.Write(40, "online").Error, Is.EqualTo(Errno.EHWPOISON));
        machine.Unplug(machine.Dimms.Find("d")!);
        machine.Plug(Machines.Dimm("d", 0, 40, 1));
        Assert.That(machine.Write(40, "online").IsOk);
    }

    [Test]
    public void VirtioMem_GrowsAndShrinksFromTheTop()
    {
        var machine = Machine();
        machine.Devices.AutoOnline = OnlineType.OnlineMovable;
        var device = machine.VirtioMem.Plug("v", 0, 8 * Machines.BlockSize).Value;
        Assert.That(machine.VirtioMem.Resize(device, 3 * Machines.BlockSize).IsOk);
        Assert.That(Enumerable.Range(device.First.Number, 3).Select(machine.State), Is.All.EqualTo("online"));
        machine.IsolatePages = block => block.Id.Number == device.First.Number + 1 ? Errno.EBUSY : Result.Ok;
        Assert.That(machine.VirtioMem.Resize(device, 0).Error, Is.EqualTo(Errno.EBUSY));
        Assert.That(device.Blocks, Is.EqualTo(2), "the blocks above the one that refused are removed");
        Assert.That(machine.VirtioMem.Plug("v", 0, Machines.BlockSize).Error, Is.EqualTo(Errno.EEXIST));
        Assert.That(machine.VirtioMem.Plug("w", 7, Machines.BlockSize).Error, Is.EqualTo(Errno.EINVAL));
        Assert.That(machine.VirtioMem.Plug("w", 0, 1).Error, Is.EqualTo(Errno.EINVAL));
    }
}
