using HotplugFs.Kernels;

namespace HotplugFs.Engine.Tests;

/// <summary>The 2012 patch set (3.8), including high memory.</summary>
public sealed class PatchSetTests
{
    private const long SmallBlock = 64L << 20;

    /// <summary>A 32-bit machine: block 0 DMA, 1-13 Normal, 14-15 HighMem, and a dimm at 16-17.</summary>
    private static Machine I386(string kernel, bool movableNode = false) => new(
        new MachineDefinition
        {
            BlockSizeBytes = SmallBlock,
            Architecture = Architecture.I386,
            MovableNode = movableNode,
            Nodes = [new NodeDefinition(0, [0])],
            Memory =
            [
                new MemoryRange(new BlockId(0), 1, 0, ZoneType.Dma) { KernelPages = true },
                new MemoryRange(new BlockId(1), 13, 0, ZoneType.Normal),
                new MemoryRange(new BlockId(14), 2, 0, ZoneType.HighMem),
            ],
            Dimms = [new DimmDefinition("dimm0", 0, 2 * SmallBlock, 16 * SmallBlock)],
        },
        KernelCatalogue.Get(kernel).Rules);

    [TestCase("3.8", Errno.EPERM)]
    [TestCase("4.4", Errno.EINVAL)]
    public void OnlineMovable_FromHighMem_OnlyAtItsEnd(string kernel, Errno refused)
    {
        var machine = I386(kernel);
        Assert.That(machine.Zone(16), Is.EqualTo(ZoneType.HighMem), "added memory is in the zone below Movable");
        Assert.That(machine.Write(16, "online_movable").Error, Is.EqualTo(refused));
        Assert.That(machine.Write(17, "online_movable").IsOk);
        Assert.That(machine.Zone(17), Is.EqualTo(ZoneType.Movable));
        Assert.That(machine.Blocks(0, ZoneType.HighMem), Is.EqualTo("14-16"));
        machine.Write(17, "offline");
        Assert.That(machine.Write(17, "online_kernel").IsOk);
        Assert.That(machine.Zone(17), Is.EqualTo(ZoneType.HighMem), "back to the zone below Movable");
    }

    [Test]
    public void OnlineMovable_NormalBlockBelowHighMem_KeepsItsZone()
    {
        var machine = I386("3.8");
        machine.Write(13, "offline");
        Assert.That(machine.Write(13, "online_movable").IsOk);
        Assert.That(machine.Zone(13), Is.EqualTo(ZoneType.Normal));
    }

    [Test]
    public void NodeStates_DistinguishNormalAndHighMemory([Values] bool movableNode)
    {
        var machine = I386("3.8", movableNode);
        machine.IsolatePages = _ => null;
        machine.Write(17, "online_movable");
        foreach (var block in new[] { 14, 15 })
            Assert.That(machine.Write(block, "offline").IsOk);
        Assert.That(machine.NodeStates.HighMemory.Contains(0), "normal memory counts as high memory");
        Assert.That(machine.NodeStates.NormalMemory.Contains(0));
        for (var block = 0; block < 13; block++)
            Assert.That(machine.Write(block, "offline").IsOk);
        var last = machine.Write(13, "offline");
        Assert.That(last.IsOk, Is.EqualTo(movableNode), "the last normal memory of a node with movable memory");
        Assert.That(machine.NodeStates.NormalMemory.Contains(0), Is.Not.EqualTo(movableNode));
        Assert.That(machine.NodeStates.HighMemory.Contains(0), Is.Not.EqualTo(movableNode));
        Assert.That(machine.NodeStates.Memory.Contains(0));
    }

    [Test]
    public void Plug_AboveMovable_IsStillNormal()
    {
        var definition = new MachineDefinition
        {
            BlockSizeBytes = Machines.BlockSize,
            Nodes = [new NodeDefinition(0, [0])],
            Memory = [new MemoryRange(new BlockId(32), 4, 0, ZoneType.Normal)],
        };
        var machine = new Machine(definition, KernelCatalogue.Get("3.8").Rules);
        machine.Write(35, "offline");
        Assert.That(machine.Write(35, "online_movable").IsOk);
        machine.Plug(Machines.Dimm("d", 0, 40, 1));
        Assert.That(machine.Zone(40), Is.EqualTo(ZoneType.Normal));
    }

    [TestCase("3.8", "memory1: online_movable ignored: already online")]
    [TestCase("4.4", "memory1: online_movable ignored: already online; the request is remembered for the next online")]
    public void OnlineWord_ForAnOnlineBlock_LogNamesTheRequestAndItsEffect(string kernel, string expected)
    {
        var machine = I386(kernel);
        var log = new List<string>();
        machine.Logged += log.Add;
        machine.Write(1, "online_movable");
        Assert.That(log, Is.EqualTo(new[] { expected }));
    }

    [TestCase("4.4")]
    [TestCase("6.12")]
    public void OnlineFile_ForAnOnlineBlock_LogPromisesNoMemory(string kernel)
    {
        var machine = I386(kernel);
        machine.Write(1, "online_movable");
        var log = new List<string>();
        machine.Logged += log.Add;
        machine.Devices.SetOnline(new BlockId(1), online: true);
        Assert.That(log, Is.EqualTo(new[] { "memory1: online ignored: already online" }));
    }

    /// <summary>Only since 3.12 has a word for an online block an effect later (docs/kernels.md, "The remembered request").</summary>
    [Test]
    public void RefusedUnplug_AfterARepeatedRequest_OnlinesTheBlockByTheRememberedRequest()
    {
        var machine = new Machine(WithDimm, KernelCatalogue.Get("4.4").Rules);

        machine.IsolatePages = block => block.Id.Number == 40 ? new Refusal(Errno.EBUSY, RefusalRule.UnmovablePages, "stuck") : null;
        machine.Write(40, "online");
        machine.Write(41, "online");
        Assert.That(machine.Write(41, "online_movable").Value, Is.EqualTo(DeviceOutcome.Already));
        Assert.That(machine.Unplug(machine.Dimms.Find("d")!).Error, Is.EqualTo(Errno.EBUSY));
        Assert.That((machine.State(41), machine.Zone(41)), Is.EqualTo(("online", ZoneType.Movable)));
    }

    /// <summary>
    /// Blocks up to the first that refuses go offline, and all stay (recordings <c>3.8-mny-c-eject</c>, <c>3.8-mny-e-notifier</c>).
    /// </summary>
    [Test]
    public void Eject_OfABusyBlock_SucceedsAndLeavesTheBlocks()
    {
        var machine = new Machine(WithDimm, KernelCatalogue.Get("3.8").Rules);
        machine.IsolatePages = block => block.Id.Number == 41 ? new Refusal(Errno.EBUSY, RefusalRule.UnmovablePages, "stuck") : null;
        machine.Write(40, "online");
        machine.Write(41, "online");
        Assert.That(machine.Unplug(machine.Dimms.Find("d")!).IsOk);
        Assert.That((machine.Dimms.Count, machine.State(40), machine.State(41)), Is.EqualTo((0, "offline", "online")));
        // A DIMM at their place gets them as they are; elsewhere it brings its own.
        Assert.That(machine.Plug(Machines.Dimm("e", 0, 41, 2)).Error, Is.EqualTo(Errno.EEXIST));
        Assert.That(machine.Plug(Machines.Dimm("d", 0, 40, 2)).IsOk);
        Assert.That((machine.State(40), machine.State(41)), Is.EqualTo(("offline", "online")));
    }

    private static MachineDefinition WithDimm => new()
    {
        BlockSizeBytes = Machines.BlockSize,
        MovableNode = true,
        Nodes = [new NodeDefinition(0, [0])],
        Memory = [new MemoryRange(new BlockId(32), 4, 0, ZoneType.Normal)],
        Dimms = [Machines.Dimm("d", 0, 40, 2)],
    };
}
