using HotplugFs.Engine.Pages;
using HotplugFs.Kernels;

namespace HotplugFs.Engine.Tests;

/// <summary>Loads in transparent huge pages: what divides them, and that nothing is lost then.</summary>
public sealed class TransparentHugePageTests
{
    private const long MiB = 1 << 20;

    private Machine _machine = null!;

    [SetUp]
    public void Boot() => _machine = Boot("6.12");

    private static Machine Boot(string kernel, bool hasThem = true) => new(
        new MachineDefinition
        {
            BlockSizeBytes = Machines.BlockSize,
            MovableNode = true,
            Nodes = [new NodeDefinition(0, [0]), new NodeDefinition(1, [1])],
            Memory =
            [
                new MemoryRange(new BlockId(0), 2, 0, ZoneType.Normal),
                new MemoryRange(new BlockId(2), 2, 1, ZoneType.Normal),
                new MemoryRange(new BlockId(4), 2, 0, ZoneType.Movable),
            ],
            Config = new KernelConfig { TransparentHugePages = hasThem },
        },
        KernelCatalogue.Get(kernel).Rules);

    private Load Start(long bytes, string id = "app", PageKind kind = PageKind.Thp, int node = 0, MemoryPolicy policy = MemoryPolicy.Bind) =>
        _machine.Loads.Start(id, kind, bytes, new LoadPlacement(_machine.FindNode(node)!, policy)).Value;

    /// <summary>Leaves half of almost each pageblock of a node free.</summary>
    private void Scatter(int node)
    {
        var placement = new LoadPlacement(_machine.FindNode(node)!, MemoryPolicy.Bind);
        var count = 0;
        while (_machine.Loads.Start($"s{count}", PageKind.Anon, MiB, placement).IsOk)
            count++;
        for (var i = 1; i < count; i += 2)
            _machine.Loads.Stop(_machine.Loads.Find($"s{i}")!);
    }

    private long Whole => _machine.PossibleNodes.Sum(node => node.Zones.Sum(zone => zone.Usage[PageKind.Thp])) / 512;

    [Test]
    public void Load_HasHugePages_AndSinglePagesForTheRest()
    {
        var load = Start(5 * MiB);
        Assert.That(Whole, Is.EqualTo(2));
        Assert.That(load.ResidentBytes, Is.EqualTo(5 * MiB));
        Assert.That(load.Places.Select(place => (place.HugePageKiB, place.Pages)), Is.EqualTo(new[] { (2048, 1024), (0, 256) }));
        Assert.That(_machine.TransparentHugePages.Allocated, Is.EqualTo(2));
    }

    [Test]
    public void Load_WithoutRoomForHugePages_HasSinglePages()
    {
        Scatter(node: 0);
        var load = Start(150 * MiB);
        Assert.That(load.ResidentBytes, Is.EqualTo(150 * MiB));
        Assert.That(Whole, Is.LessThan(75).And.EqualTo(_machine.TransparentHugePages.Allocated));
    }

    [Test]
    public void Resize_GivesBackSinglePagesFirst_AndDividesTheLastHugePage()
    {
        var load = Start(5 * MiB);
        Assert.That(_machine.Loads.Resize(load, 3 * MiB).IsOk);
        Assert.That((Whole, _machine.TransparentHugePages.Divided), Is.EqualTo((1, 1)));
        Assert.That(load.ResidentBytes, Is.EqualTo(3 * MiB));
        _machine.Loads.Stop(load);
        Assert.That(_machine.PossibleNodes.Sum(node => node.Zones.Sum(zone => zone.Usage.Total)), Is.Zero);
    }

    [Test]
    public void Resize_WithoutRoom_ChangesNothing()
    {
        var load = Start(5 * MiB);
        var places = load.Places.ToArray();
        Assert.That(_machine.Loads.Resize(load, 1 << 30).Error, Is.EqualTo(Errno.ENOMEM));
        Assert.That(load.Places, Is.EqualTo(places));
    }

    [Test]
    public void Churn_DividesThemAll()
    {
        var load = Start(8 * MiB);
        _machine.Loads.Churn(load, 1, 1);
        Assert.That((Whole, _machine.TransparentHugePages.Divided), Is.EqualTo((0, 4)));
        Assert.That(load.ResidentBytes, Is.EqualTo(8 * MiB));
    }

    [TestCase("4.9", 0, 4)]
    [TestCase("4.14", 4, 0)]
    [TestCase("6.12", 4, 0)]
    public void Offline_MovesThemWhole_From4_14On(string kernel, int moved, int divided)
    {
        _machine = Boot(kernel);
        var load = Start(8 * MiB);
        var block = load.Places.Single().Block.Number;
        Assert.That(_machine.Write(block, "offline").IsOk);
        Assert.That((_machine.TransparentHugePages.Migrated, _machine.TransparentHugePages.Divided), Is.EqualTo((moved, divided)));
        Assert.That(Whole, Is.EqualTo(moved));
        Assert.That(load.ResidentBytes, Is.EqualTo(8 * MiB));
    }

    [Test]
    public void Offline_WithoutAFreePageblock_DividesThem()
    {
        var load = Start(64 * MiB);
        Scatter(node: 1);
        Assert.That(_machine.Write(load.Places.First().Block.Number, "offline").IsOk);
        Assert.That(load.PagesByNode.Keys, Is.EqualTo(new[] { 1 }));
        Assert.That(_machine.TransparentHugePages.Divided, Is.Positive);
        Assert.That(Whole + _machine.TransparentHugePages.Divided, Is.EqualTo(32));
    }

    [Test]
    public void RetiredPage_DividesItsHugePage()
    {
        var load = Start(4 * MiB);
        var address = (ulong)load.Places.First().Block.Number * Machines.BlockSize;
        Assert.That(_machine.Poison.SoftOffline(address).IsOk);
        Assert.That((Whole, _machine.TransparentHugePages.Divided), Is.EqualTo((1, 1)));
        Assert.That(load.ResidentBytes, Is.EqualTo(4 * MiB));
    }

    [Test]
    public void KernelWithoutThem_RefusesTheLoad()
    {
        _machine = Boot("6.12", hasThem: false);
        var log = new List<string>();
        _machine.Logged += log.Add;
        var placement = new LoadPlacement(_machine.FindNode(0)!, MemoryPolicy.Prefer);
        Assert.That(_machine.Loads.Start("app", PageKind.Thp, MiB, placement).Error, Is.EqualTo(Errno.EINVAL));
        Assert.That(log, Has.One.Contains("the kernel has no transparent huge pages"));
    }
}
