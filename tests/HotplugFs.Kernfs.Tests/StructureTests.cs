using static HotplugFs.Kernfs.EntryFactory;

namespace HotplugFs.Kernfs.Tests;

public sealed class StructureTests
{
    [TestCase("memory/memory33/state")]
    [TestCase("memory/memory0/power/control")]
    [TestCase("memory/power/control")]
    [TestCase("node/node1/memory45")]
    [TestCase("memory/memory45/subsystem")]
    [TestCase("")]
    public void Lookup_ExistingPath_IsFound(string path)
    {
        var fixture = new Fixture();
        var found = fixture.Tree.Find(path);
        Assert.That(found.IsOk, Is.True);
        Assert.That(fixture.Tree.Exists(found.Value), Is.True);
        Assert.That(fixture.Tree.GetAttributes(found.Value).IsOk, Is.True);
    }

    [TestCase("memory/memory2", Errno.ENOENT)]
    [TestCase("memory/memory045", Errno.ENOENT)]
    [TestCase("memory/memory", Errno.ENOENT)]
    [TestCase("memory/memory4x", Errno.ENOENT)]
    [TestCase("memory/memory99999999999999999999", Errno.ENOENT)]
    [TestCase("memory/memory-1", Errno.ENOENT)]
    [TestCase("memory/MEMORY0", Errno.ENOENT)]
    [TestCase("memory/memory33/only_even", Errno.ENOENT)]
    [TestCase("memory/memory33/state/x", Errno.ENOTDIR)]
    [TestCase("node/node0/memory0/state", Errno.ENOTDIR)]
    public void Lookup_MissingPath_IsEnoentOrEnotdir(string path, Errno error) =>
        Assert.That(new Fixture().Tree.Find(path).Error, Is.EqualTo(error));

    [Test]
    public void Lookup_TypeOfFunction_MakesTheEntriesOnce()
    {
        var made = 0;
        var type = new DirectoryType(() =>
        {
            made++;
            return [Ro("size", "1"), Dir("below", Ro("deep", "2"))];
        });
        var tree = new KernfsTree(new DirectoryType(Dir("a", type), Dir("b", type)), new TreeOptions());
        Assert.That(tree.Find("a").IsOk);
        Assert.That(made, Is.Zero);
        var (first, second) = (tree.Find("b/below/deep").Value, tree.Find("a/below/deep").Value);
        Assert.That(made, Is.EqualTo(1));
        Assert.That(first, Is.Not.EqualTo(second));
        Assert.That((tree.PathOf(first), tree.PathOf(second)), Is.EqualTo(("/b/below/deep", "/a/below/deep")));
        Assert.That(tree.GetAttributes(tree.Find("a").Value).Value.LinkCount, Is.EqualTo(3));
    }

    [Test]
    public void Lookup_SharedType_HasADifferentNodeInEachDirectory()
    {
        var fixture = new Fixture();
        NodeId[] ids =
        [
            fixture.At("memory/power"), fixture.At("memory/memory0/power"), fixture.At("memory/memory1/power"),
            fixture.At("node/node0/power"),
            fixture.At("node/node1/power"),
        ];
        Assert.That(ids, Is.Unique);
    }

    [Test]
    public void Lookup_ObjectAddedAgain_HasAnotherNumber()
    {
        var fixture = new Fixture();
        var old = fixture.At("memory/memory33/state");
        fixture.Blocks.Remove(33);
        Assert.That(fixture.Tree.Exists(old), Is.False);
        Assert.That(fixture.Tree.Find("memory/memory33").Error, Is.EqualTo(Errno.ENOENT));
        fixture.Blocks.Add(33);
        var added = fixture.At("memory/memory33/state");
        Assert.That(added, Is.Not.EqualTo(old));
        Assert.That(fixture.Tree.Exists(old), Is.False);
        Assert.That(fixture.Tree.Exists(added), Is.True);
    }

    [Test]
    public void Lookup_InRemovedDirectory_IsEnoent()
    {
        var fixture = new Fixture();
        var directory = fixture.At("memory/memory33");
        fixture.Blocks.Remove(33);
        Assert.That(fixture.Tree.Lookup(directory, "state"u8).Error, Is.EqualTo(Errno.ENOENT));
    }

    [Test]
    public void Lookup_NamedChild_IsFoundByName()
    {
        var fixture = new Fixture();
        fixture.Dimms.Add("d0");
        fixture.Dimms.Add("d1");
        Assert.That(fixture.ReadAll("dimms/d1/size"), Is.EqualTo("1\n"));
        Assert.That(fixture.List("dimms"), Is.EqualTo(new[] { ".", "..", "plug", "d0", "d1" }));
        Assert.That(fixture.Tree.Find("dimms/d2").Error, Is.EqualTo(Errno.ENOENT));
    }

    [TestCase("memory/memory33/subsystem", "../../../../bus/memory")]
    [TestCase("memory/memory33/self", "memory33")]
    [TestCase("node/node1/memory45", "../../memory/memory45")]
    public void ReadLink_Link_ReturnsItsTarget(string path, string target)
    {
        var fixture = new Fixture();
        var text = new TextBuffer();
        Assert.That(fixture.Tree.ReadLink(fixture.At(path), text).IsOk, Is.True);
        Assert.That(text.ToString(), Is.EqualTo(target));
    }

    [TestCase("memory/memory33/state")]
    [TestCase("memory/memory33")]
    public void ReadLink_FileOrDirectory_IsEinval(string path)
    {
        var fixture = new Fixture();
        Assert.That(fixture.Tree.ReadLink(fixture.At(path), new TextBuffer()).Error, Is.EqualTo(Errno.EINVAL));
    }

    [TestCase("memory/memory33/power", "memory/memory33")]
    [TestCase("memory/memory33", "memory")]
    [TestCase("memory", "")]
    [TestCase("", "")]
    public void ParentOf_Directory_IsTheDirectoryAbove(string path, string parent)
    {
        var fixture = new Fixture();
        Assert.That(fixture.Tree.ParentOf(fixture.At(path)), Is.EqualTo(fixture.At(parent)));
    }

    [Test]
    public void Tree_SetOfDirectoriesInManyDirectories_IsRejected()
    {
        var inner = Numbered("b", new Objects(1), new DirectoryType());
        var outer = Numbered("a", new Objects(1), new DirectoryType(inner));
        Assert.That(() => new KernfsTree(new DirectoryType(outer)), Throws.ArgumentException);
    }

    [Test]
    public void Tree_ChildSetInTwoDirectories_IsRejected()
    {
        var children = Numbered("a", new Objects(1), new DirectoryType());
        Assert.That(() => new KernfsTree(new DirectoryType(Dir("x", children), Dir("y", children))), Throws.ArgumentException);
    }

    [Test]
    public void DirectoryType_TwoEntriesWithOneName_IsRejected() =>
        Assert.That(() => new DirectoryType(Link("a", "x"), Link("a", "y")), Throws.ArgumentException);

    [Test]
    public void GetAttributes_NumberOfNoNode_IsEnoent()
    {
        var tree = new Fixture().Tree;
        foreach (var value in new ulong[] { 0, 1, 2, ulong.MaxValue, new NodeId(1, 60, 0, 0).Value })
        {
            Assert.That(tree.GetAttributes(new NodeId(value)).IsOk, Is.False);
            Assert.That(tree.Exists(new NodeId(value)), Is.False);
        }
    }

    [TestCase("100000", Errno.EACCES)]
    [TestCase("0", Errno.EACCES)]
    [TestCase("10000", Errno.EPERM)]
    public void MakeNode_TypeOfFile_HasItsErrno(string mode, Errno error) =>
        Assert.That(StructureErrors.MakeNode(Octal.Mode(mode)), Is.EqualTo(error));

    [Test]
    public void Names_InUtf8_AreBytes() =>
        Assert.That(new KernfsTree(new DirectoryType(Link("ä", "x"))).Find("ä").IsOk, Is.True, Encoding.UTF8.WebName);
}
