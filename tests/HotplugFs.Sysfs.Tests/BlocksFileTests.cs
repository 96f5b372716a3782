namespace HotplugFs.Sysfs.Tests;

/// <summary><c>hotplugfs/blocks</c>: the blocks of a machine in one read.</summary>
public sealed class BlocksFileTests
{
    private static string Blocks(TestTree tree) => tree.Read("hotplugfs/blocks");

    [Test]
    public void Blocks_OfTheDefaultMachine_AreRunsOfEqualBlocks() =>
        Assert.That(Blocks(new TestTree()), Is.EqualTo("""
            blocks=0-1 node=0 state=online zone=DMA32 valid_zones=DMA32 pages=32768 kernel_pages=1
            blocks=32 node=0 state=online zone=Normal valid_zones=Normal pages=32768 kernel_pages=1
            blocks=33 node=0 state=online zone=Normal valid_zones=Normal pages=32768
            blocks=34-37 node=1 state=online zone=Normal valid_zones=Normal pages=32768
            blocks=40-42 node=1 state=offline zone=Normal valid_zones=Normal pages=32768 dimm=dimm0
            blocks=43 node=1 state=offline zone=Normal valid_zones=Normal,Movable pages=32768 dimm=dimm0
            blocks=44-46 node=0 state=offline zone=Normal valid_zones=Normal pages=32768 dimm=dimm1
            blocks=47 node=0 state=offline zone=Normal valid_zones=Normal,Movable pages=32768 dimm=dimm1

            """));

    [Test]
    public void Blocks_OfEveryZone_AgreeWithValidZones([Values("3.8", "4.4", "4.9", "4.14", "6.12")] string kernel)
    {
        var tree = new TestTree(kernel: kernel);
        tree.Write("memory/memory43/state", "online_movable");
        foreach (var line in Blocks(tree).TrimEnd().Split('\n'))
        {
            var block = line.Split(' ', '=', '-')[1];
            Assert.That(line, Does.Contain($" state={tree.Read($"memory/memory{block}/state").TrimEnd()} "));
            if (tree.Exists($"memory/memory{block}/valid_zones"))
                Assert.That(line, Does.Contain($" valid_zones={tree.Read($"memory/memory{block}/valid_zones").TrimEnd().Replace(' ', ',')} "));
        }
    }

    [Test]
    public void Blocks_WithPagesInUse_ShowWhatTheyHold()
    {
        var tree = new TestTree(kernel: "6.12");
        tree.Write("hotplugfs/load/start", "id=app kind=anon size=4M node=1");
        tree.Write("hotplugfs/load/start", "id=pins kind=pinned size=8K node=1");
        Assert.That(Blocks(tree), Does.Contain(" pages=32768 used=anon:1024,pinned:2\n"));
    }

    [Test]
    public void Blocks_OfAVirtioMemDevice_NameIt()
    {
        var tree = new TestTree(kernel: "6.12");
        tree.Write("hotplugfs/virtio_mem", "id=v node=1 max=1G size=128M");
        Assert.That(Blocks(tree), Does.Contain(" virtio_mem=v\n"));
    }
}
