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

    /// <summary>Recordings <c>6.17-r-memless3</c> and <c>6.18-r-memless3</c>; docs/kernels.md, "Node states".</summary>
    [TestCase("6.12", false)]
    [TestCase("6.18", true)]
    [TestCase("7.2", false)]
    public void NormalMemory_OnSomeKernels_IsThatOfBoot(string kernel, bool isFrozen)
    {
        var machine = Machines.Default(kernel: kernel);
        var normal = machine.NodeStates.NormalMemory;
        foreach (var block in Enumerable.Range(34, 4))
            Assert.That(machine.Write(block, "offline").IsOk);
        Assert.That(normal.Contains(1), Is.EqualTo(isFrozen), "node 1 without memory");
        Assert.That(machine.NodeStates.Memory.Contains(1), Is.False);

        var memoryless = Machines.Memoryless(1, kernel: kernel);
        Assert.That(memoryless.Write(32, "online_kernel").IsOk);
        Assert.That(memoryless.NodeStates.NormalMemory.Contains(1), Is.EqualTo(!isFrozen), "node 1 with a DIMM in Normal");
        Assert.That(memoryless.NodeStates.Memory.Contains(1));
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
        machine.IsolatePages = _ => null;
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

    [TestCase("6.1", 1, MemmapOnMemory.Yes, 512)]
    [TestCase("6.1", 2, MemmapOnMemory.Yes, 0)]
    [TestCase("6.1", 1, MemmapOnMemory.Force, 0)]
    [TestCase("6.12", 1, MemmapOnMemory.No, 0)]
    [TestCase("6.12", 2, MemmapOnMemory.Yes, 512)]
    [TestCase("6.12", 2, MemmapOnMemory.Force, 512)]
    [TestCase("4.9", 1, MemmapOnMemory.Yes, 0)]
    public void MemmapOnMemory_DimmsThatHoldTheirMemoryMap_ManageFewerPages(string kernel, int blocks, MemmapOnMemory setting, long memmapPages)
    {
        var machine = new Machine(
            new MachineDefinition
            {
                BlockSizeBytes = Machines.BlockSize,
                Config = new KernelConfig { MemmapOnMemory = setting },
                Nodes = [new NodeDefinition(0, [0])],
                Memory = [new MemoryRange(new BlockId(32), 4, 0, ZoneType.Normal)],
            },
            KernelCatalogue.Get(kernel).Rules);
        var zone = machine.FindNode(0)!.Zone(ZoneType.Normal);
        var (present, managed) = (zone.PresentPages, zone.ManagedPages);
        machine.Plug(Machines.Dimm("d", 0, 36, blocks));
        Assert.That(machine.Write(36, "online").IsOk);
        var pages = Machines.BlockSize / PageSize.Usual;
        Assert.That((zone.PresentPages - present, zone.ManagedPages - managed), Is.EqualTo((pages, pages - memmapPages)));
        Assert.That(machine.Write(36, "offline").IsOk);
        Assert.That((zone.PresentPages, zone.ManagedPages), Is.EqualTo((present, managed)));
    }

    [TestCase(MemmapOnMemory.Yes, 0)]
    [TestCase(MemmapOnMemory.Force, 512)]
    public void MemmapOnMemory_OfBlocksWhoseMapFillsNoPageblock_NeedsForce(MemmapOnMemory setting, long memmapPages) =>
        Assert.That(PlugWithMemmap(Architecture.X86_64, PageSize.Usual, 16 << 20, setting), Is.EqualTo(memmapPages));

    /// <summary>The map would take the only pageblock of a block.</summary>
    [TestCase(MemmapOnMemory.Yes)]
    [TestCase(MemmapOnMemory.Force)]
    public void MemmapOnMemory_OfBlocksOfOnePageblock_IsNotUsed(MemmapOnMemory setting) =>
        Assert.That(PlugWithMemmap(Architecture.Arm64, 65536, 512 << 20, setting), Is.Zero);

    private static long PlugWithMemmap(Architecture architecture, int pageSize, long blockSize, MemmapOnMemory setting)
    {
        var machine = new Machine(
            new MachineDefinition
            {
                Architecture = architecture,
                PageSizeBytes = pageSize,
                BlockSizeBytes = blockSize,
                Config = architecture.Config with { MemmapOnMemory = setting },
                Nodes = [new NodeDefinition(0, [0])],
                Memory = [new MemoryRange(new BlockId((int)((4L << 30) / blockSize)), 4, 0, ZoneType.Normal)],
            },
            KernelCatalogue.Get("6.12", architecture).Rules);
        return machine.Plug(new DimmDefinition("d", 0, blockSize, null)).Value.MemmapPages;
    }

    [Test]
    public void Poison_WhereTheBlockCanComeOnlineAgain_ItsPagesAreAsNew()
    {
        var machine = new Machine(
            new MachineDefinition
            {
                BlockSizeBytes = Machines.BlockSize,
                Nodes = [new NodeDefinition(0, [0])],
                Memory = [new MemoryRange(new BlockId(32), 4, 0, ZoneType.Normal)],
            },
            KernelCatalogue.Get("6.1").Rules);
        const ulong address = 32UL * Machines.BlockSize;
        Assert.That(machine.Poison.HardOffline(address).IsOk);
        Assert.That(machine.Poison.HardOffline(address).Error, Is.EqualTo(Errno.EHWPOISON));
        Assert.That(machine.Write(32, "offline").IsOk);
        Assert.That(machine.Write(32, "online").IsOk);
        Assert.That(machine.Poison.Count, Is.EqualTo(1), "the count of retired pages does not fall");
        Assert.That(machine.Poison.HardOffline(address).IsOk);
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

    /// <summary>The kernel never frees the data of a node (docs/kernels.md, "Retired pages").</summary>
    [Test]
    public void HardwareFailures_OfANodeThatIsRemoved_AreKept()
    {
        var machine = Machines.Memoryless(1);
        machine.Write(32, "online");
        Assert.That(machine.Poison.HardOffline(32UL * (ulong)Machines.BlockSize).IsOk);
        machine.Unplug(machine.Dimms.Find("b0")!);
        Assert.That(machine.NodeStates.Online.Contains(1), Is.False);
        machine.Plug(Machines.Dimm("b0", 1, 32, 1));
        Assert.That(machine.FindNode(1)!.HardwareFailures, Is.EqualTo(1));
    }
}
