using HotplugFs.Engine.Pages;
using HotplugFs.Kernels;

namespace HotplugFs.Engine.Tests;

/// <summary>
/// The experiments of docs/kernels.md, "Memory in use", on the machine on which they were made: node 0 with DMA, DMA32 and Normal, node 1
/// with Normal, a DIMM of four blocks from 40 on.
/// </summary>
public sealed class PageModelTests
{
    private const long MiB = 1 << 20;
    private const int PagesPerMiB = 256;

    /// <summary>Pages that wait in lists of CPUs, which the model does not have.</summary>
    private const int CpuListPages = 300;

    [Test]
    public void Watermarks_AfterBootAndOnlining_AreThoseOf6_12()
    {
        var machine = Standard("6.12");
        Assert.That(Zone(machine, 0, ZoneType.Normal).Marks.Min, Is.EqualTo(3148).Within(10));
        OnlineDimm(machine);
        Assert.That(Zone(machine, 0, ZoneType.Normal).Marks.Low, Is.EqualTo(5973).Within(2));
        Assert.That(Zone(machine, 0, ZoneType.Dma32).Marks.Low, Is.EqualTo(2797).Within(2));
        Assert.That(Zone(machine, 0, ZoneType.Movable).Marks.Min, Is.EqualTo(96));
        Assert.That(Zone(machine, 0, ZoneType.Movable).Marks.Low, Is.EqualTo(1317).Within(2));
        Assert.That(machine.Watermarks.Protection(Zone(machine, 0, ZoneType.Dma32), ZoneType.Movable), Is.EqualTo(759));
        Assert.That(machine.Watermarks.Protection(Zone(machine, 0, ZoneType.Normal), ZoneType.Movable), Is.EqualTo(3072));
    }

    [Test]
    public void Loads_WithoutPolicy_FillZonesInTheRecordedOrder()
    {
        var machine = Standard("6.12");
        OnlineDimm(machine);
        // What the kernel had in use in zone Normal.
        Start(machine, "kernel", PageKind.Kernel, 23, node: 0);
        // 96 MiB, and what each program needs besides.
        for (var i = 0; i < 9; i++)
            Start(machine, $"a{i}", PageKind.Anon, 97, node: 0);
        Assert.That(Free(machine, 0, ZoneType.Movable), Is.EqualTo(1119).Within(CpuListPages));
        Assert.That(Free(machine, 0, ZoneType.Normal), Is.EqualTo(8950).Within(CpuListPages));
        Assert.That(Free(machine, 0, ZoneType.Dma32), Is.EqualTo(3470).Within(CpuListPages));
        Assert.That(Free(machine, 0, ZoneType.Dma), Is.EqualTo(1153).Within(CpuListPages));
        Assert.That(machine.Loads.Find("a8")!.PagesByNode.Keys, Does.Contain(1));
    }

    [Test]
    public void Load_BoundToAFullNode_GetsNothing()
    {
        var machine = Standard("6.12");
        var log = new List<string>();
        machine.Logged += log.Add;
        var refused = machine.Loads.Start("big", PageKind.Anon, 480 * MiB, new LoadPlacement(machine.FindNode(1)!, MemoryPolicy.Bind));
        Assert.That(refused.Error, Is.EqualTo(Errno.ENOMEM));
        Assert.That(log, Has.One.Contains("load big: refused").And.One.Contains("zone Normal of node 1"));
        Assert.That(machine.Loads, Is.Empty);
        Assert.That(Zone(machine, 1, ZoneType.Normal).Usage[PageKind.Anon], Is.Zero);
    }

    [TestCase("6.12", 42)]
    [TestCase("4.9", 41)]
    public void BlocksOfAZone_AreUsedInTheOrderOfTheEra(string kernel, int next)
    {
        var machine = Standard(kernel);
        foreach (var block in new[] { 43, 42, 41 })
            machine.Write(block, "online_movable");
        machine.Write(41, "offline");
        machine.Write(41, "online_movable");
        // 6.12: 43 is online longest. 4.9: 41 was onlined last.
        Start(machine, "first", PageKind.Anon, 100, node: 0);
        Assert.That(machine.Loads.Find("first")!.PagesByBlock.Keys.Single().Number, Is.EqualTo(kernel == "4.9" ? 41 : 43));
        Start(machine, "next", PageKind.Anon, 60, node: 0);
        Assert.That(machine.Loads.Find("next")!.PagesByBlock.Keys.Select(block => block.Number), Does.Contain(kernel == "4.9" ? 42 : next));
    }

    [TestCase(PageKind.Anon)]
    [TestCase(PageKind.File)]
    [TestCase(PageKind.Shmem)]
    [TestCase(PageKind.Mlocked)]
    public void Offline_MovesPagesToAnotherNode(PageKind kind)
    {
        var machine = Standard("6.12");
        OnlineDimm(machine);
        Start(machine, "app", kind, 48, node: 0);
        Assert.That(machine.Loads.Find("app")!.PagesByBlock.Keys.Single().Number, Is.EqualTo(41));
        Assert.That(machine.Write(41, "offline").IsOk);
        Assert.That(machine.Loads.Find("app")!.PagesByNode, Is.EqualTo(new Dictionary<int, long> { [1] = 48 * PagesPerMiB }));
        machine.Write(41, "online_movable");
        Assert.That(machine.Loads.Find("app")!.PagesByNode.Keys.Single(), Is.EqualTo(1), "nothing is moved back");
    }

    [Test]
    public void Offline_OfABlockWithAKernelPage_IsBusyAtOnce()
    {
        var machine = Standard("6.12");
        OnlineDimm(machine);
        // Boot memory is used up first.
        Start(machine, "pipes", PageKind.Kernel, 260, node: 0);
        var log = new List<string>();
        machine.Logged += log.Add;
        Assert.That(machine.Loads.Find("pipes")!.PagesByBlock.Keys.Select(block => block.Number), Does.Contain(40));
        Assert.That(machine.Write(40, "offline").Error, Is.EqualTo(Errno.EBUSY));
        Assert.That(log.Single(), Does.Match("^memory40: offline refused: it holds [0-9]+ pages of load pipes, which cannot be moved away$"));
        Assert.That(machine.State(40), Is.EqualTo("online"));
        Assert.That(machine.Write(41, "offline").IsOk, "zone Movable holds no kernel page");
    }

    [Test]
    public void Offline_WithoutRoomOnOtherNodes_WaitsUntilThereIsSome()
    {
        var machine = Standard("6.12");
        OnlineDimm(machine);
        Start(machine, "app", PageKind.Anon, 100, node: 0);
        Start(machine, "holder", PageKind.Anon, 400, node: 1, MemoryPolicy.Bind);
        var free = Free(machine, 0, ZoneType.Movable);
        Assert.That(machine.Write(41, "offline").Error, Is.EqualTo(Errno.EWAITING));
        Assert.That(machine.State(41), Is.EqualTo("going-offline"));
        Assert.That(Free(machine, 0, ZoneType.Movable), Is.LessThan(free), "the block's free pages are out of reach");
        machine.Caller = new Caller(2);
        Assert.That(machine.Write(42, "offline").Error, Is.EqualTo(Errno.EWAITING), "another writer waits for the lock");
        machine.Caller = default;
        machine.Loads.Stop(machine.Loads.Find("holder")!);
        Assert.That(machine.Write(41, "offline").IsOk);
        Assert.That(machine.State(41), Is.EqualTo("offline"));
        machine.Caller = new Caller(2);
        Assert.That(machine.Write(42, "offline").IsOk);
    }

    [Test]
    public void Offline_OfAPinnedPage_EndsWithASignal()
    {
        var machine = Standard("6.12");
        OnlineDimm(machine);
        Start(machine, "pins", PageKind.Pinned, 1, node: 0);
        var free = Free(machine, 0, ZoneType.Movable);
        Assert.That(machine.Write(41, "offline").Error, Is.EqualTo(Errno.EWAITING));
        machine.Caller = new Caller(0, HasWaited: true, IsInterrupted: true);
        Assert.That(machine.Write(41, "offline").Error, Is.EqualTo(Errno.EINTR));
        Assert.That(machine.State(41), Is.EqualTo("online"));
        Assert.That(Free(machine, 0, ZoneType.Movable), Is.EqualTo(free));
    }

    [Test]
    public void Offline_WithoutRoom_KillsALoadOn4_9()
    {
        var machine = Standard("4.9");
        foreach (var block in new[] { 43, 42, 41, 40 })
            machine.Write(block, block == 40 ? "online_kernel" : "online_movable");
        Start(machine, "app", PageKind.Anon, 100, node: 0);
        Start(machine, "holder", PageKind.Anon, 400, node: 1, MemoryPolicy.Bind);
        Assert.That(machine.Write(41, "offline").IsOk);
        Assert.That(machine.Loads.Select(load => load.Id), Is.EqualTo(new[] { "app" }));
    }

    private static void Start(Machine machine, string id, PageKind kind, int mib, int node, MemoryPolicy policy = MemoryPolicy.Prefer) =>
        Assert.That(machine.Loads.Start(id, kind, mib * MiB, new LoadPlacement(machine.FindNode(node)!, policy)).IsOk, id);

    private static void OnlineDimm(Machine machine)
    {
        machine.Write(40, "online_kernel");
        foreach (var block in new[] { 41, 42, 43 })
            machine.Write(block, "online_movable");
    }

    /// <summary>The first page of a machine is in no zone.</summary>
    [TestCase(0ul)]
    [TestCase(4096ul)]
    [TestCase(17ul << 20)]
    public void RetiredPage_OfABlockInTwoZones_IsFoundInEitherZone(ulong address)
    {
        var machine = Standard("6.12");
        Assert.That(machine.Poison.HardOffline(address).Failed(out var error), Is.False, $"{error}");
        Assert.That(machine.Poison.Count, Is.EqualTo(1));
    }

    private static Zone Zone(Machine machine, int node, ZoneType type) => machine.FindNode(node)!.Zone(type);

    private static long Free(Machine machine, int node, ZoneType type) => Zone(machine, node, type).FreePages;

    private static Machine Standard(string kernel) => new(
        new MachineDefinition
        {
            BlockSizeBytes = Machines.BlockSize,
            MovableNode = true,
            Nodes = [new NodeDefinition(0, [0]), new NodeDefinition(1, [1])],
            Memory =
            [
                new MemoryRange(new BlockId(0), 1, 0, ((ZoneSet)ZoneType.Dma).With(ZoneType.Dma32)),
                new MemoryRange(new BlockId(1), 1, 0, ZoneType.Dma32),
                new MemoryRange(new BlockId(32), 2, 0, ZoneType.Normal),
                new MemoryRange(new BlockId(34), 4, 1, ZoneType.Normal),
                new MemoryRange(new BlockId(40), 4, 0, kernel == "4.9" ? ZoneType.Normal : default(ZoneSet))
                {
                    State = MemoryBlockState.Offline,
                    Dimm = "dimm0",
                },
            ],
            Zones =
            [
                new ZoneFigures(0, ZoneType.Dma, new PfnRange(1, 4096), 3998, 3840, true),
                new ZoneFigures(0, ZoneType.Dma32, new PfnRange(4096, 1048576), 61405, 45021, true),
                new ZoneFigures(0, ZoneType.Normal, new PfnRange(1048576, kernel == "4.9" ? 1441792 : 1114112), 65536, 63376, true),
                new ZoneFigures(1, ZoneType.Normal, new PfnRange(1114112, 1245184), 131072, 119152, true),
            ],
        },
        KernelCatalogue.Get(kernel).Rules);
}
