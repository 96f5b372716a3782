namespace HotplugFs.Kernfs.Tests;

public sealed class AttributesTests
{
    [TestCase("memory", "40755", 0)]
    [TestCase("memory/memory33", "40755", 0)]
    [TestCase("memory/memory33/state", "100644", 4096)]
    [TestCase("memory/memory33/phys_index", "100444", 4096)]
    [TestCase("memory/probe", "100200", 4096)]
    [TestCase("node/node0/cpulist", "100444", 28672)]
    [TestCase("debug/error", "100600", 0)]
    [TestCase("meminfo", "100444", 0)]
    [TestCase("memory/memory33/subsystem", "120777", 0)]
    [TestCase("node/node0/memory33", "120777", 0)]
    public void GetAttributes_Node_HasModeAndSizeOfItsKind(string path, string mode, long size)
    {
        var fixture = new Fixture();
        var attributes = fixture.Tree.GetAttributes(fixture.At(path)).Value;
        Assert.That((Octal.Text(attributes.Mode), attributes.Size), Is.EqualTo((mode, size)));
        Assert.That((attributes.Uid, attributes.Gid, attributes.ModifyTime), Is.EqualTo((7u, 8u, new Timespec(1000, 5))));
        Assert.That(attributes.Id, Is.EqualTo(fixture.At(path)));
    }

    [TestCase("memory", 2 + 1 + 4)]
    [TestCase("memory/memory33", 3)]
    [TestCase("memory/memory33/power", 2)]
    [TestCase("node/node0", 3)]
    [TestCase("", 6)]
    [TestCase("memory/probe", 1)]
    public void GetAttributes_LinkCount_Is2PlusTheSubdirectories(string path, int count)
    {
        var fixture = new Fixture();
        Assert.That(fixture.Tree.GetAttributes(fixture.At(path)).Value.LinkCount, Is.EqualTo(count));
    }

    [Test]
    public void GetAttributes_RemovedObject_HasLinkCount2()
    {
        var fixture = new Fixture();
        var directory = fixture.At("memory/memory33");
        var file = fixture.At("memory/memory33/state");
        fixture.Blocks.Remove(33);
        Assert.That(fixture.Tree.GetAttributes(directory).Value.LinkCount, Is.EqualTo(2));
        Assert.That(fixture.Tree.GetAttributes(file).Value.Mode, Is.EqualTo(Octal.Mode("100644")));
    }

    [Test]
    public void SetAttributes_ModeOwnerTimes_AreKept()
    {
        var fixture = new Fixture();
        var node = fixture.At("memory/memory33/state");
        var change = new AttributesChange
        {
            Mode = Octal.Mode("0777") | ModeBits.Directory,
            Uid = 1000,
            ModifyTime = new Timespec(5, 6),
            Now = new Timespec(2000, 0),
        };
        Assert.That(fixture.Tree.SetAttributes(node, change).IsOk, Is.True);
        var attributes = fixture.Tree.GetAttributes(node).Value;
        Assert.That(
            (attributes.Mode, attributes.Uid, attributes.Gid, attributes.ModifyTime, attributes.AccessTime, attributes.ChangeTime),
            Is.EqualTo((Octal.Mode("100777"), 1000u, 8u, new Timespec(5, 6), new Timespec(1000, 5), new Timespec(2000, 0))));
        Assert.That(fixture.Tree.GetAttributes(fixture.At("memory/memory45/state")).Value.Mode, Is.EqualTo(Octal.Mode("100644")));
    }

    [Test]
    public void SetAttributes_Directory_KeepsCountingSubdirectories()
    {
        var fixture = new Fixture();
        var memory = fixture.At("memory");
        fixture.Tree.SetAttributes(memory, new AttributesChange { Mode = Octal.Mode("0700") });
        fixture.Blocks.Add(50);
        var attributes = fixture.Tree.GetAttributes(memory).Value;
        Assert.That((attributes.Mode, attributes.LinkCount), Is.EqualTo((Octal.Mode("40700"), 8)));
    }

    [Test]
    public void SetAttributes_ObjectAddedAgain_HasTheDefaults()
    {
        var fixture = new Fixture();
        var node = fixture.At("memory/memory33/state");
        fixture.Tree.SetAttributes(node, new AttributesChange { Mode = 0 });
        fixture.Blocks.Remove(33);
        fixture.Tree.Changes.ChildRemoved(fixture.BlockChildren, 33);
        fixture.Tree.Changes.Take([]);
        Assert.That(fixture.Tree.SetAttributes(node, new AttributesChange { Mode = 0 }).Error, Is.EqualTo(Errno.ENOENT));
        Assert.That(fixture.Tree.GetAttributes(node).Value.Mode, Is.EqualTo(Octal.Mode("100644")));
        fixture.Blocks.Add(33);
        Assert.That(fixture.Tree.GetAttributes(fixture.At("memory/memory33/state")).Value.Mode, Is.EqualTo(Octal.Mode("100644")));
    }

    [Test]
    public void SetAttributes_NothingToChange_IsAccepted()
    {
        var fixture = new Fixture();
        Assert.That(fixture.Tree.SetAttributes(fixture.At("memory/probe"), default).IsOk, Is.True);
        Assert.That(fixture.Tree.GetAttributes(fixture.At("memory/probe")).Value.ChangeTime, Is.EqualTo(new Timespec(1000, 5)));
    }
}
