namespace HotplugFs.Kernfs.Tests;

public sealed class ChangesTests
{
    private Fixture _fixture = null!;

    [SetUp]
    public void SetUp() => _fixture = new Fixture();

    private List<(NodeId Parent, string Name)> Take()
    {
        var changes = new List<TreeChange>();
        _fixture.Tree.Changes.Take(changes);
        var names = new List<(NodeId, string)>();
        foreach (var change in changes)
        {
            for (var i = 0; i < change.Count; i++)
            {
                var text = new TextBuffer();
                change.AppendName(i, text);
                names.Add((change.Parent, text.ToString()));
            }
        }
        return names;
    }

    [Test]
    public void ChildAdded_ThenTaken_NamesParentAndChild()
    {
        Assert.That(_fixture.Tree.Changes.IsEmpty);
        _fixture.Blocks.Add(50);
        _fixture.Tree.Changes.ChildAdded(_fixture.BlockChildren, 50);
        Assert.That(_fixture.Tree.Changes.IsEmpty, Is.False);
        Assert.That(Take(), Is.EqualTo(new[] { (_fixture.At("memory"), "memory50") }));
        Assert.That(_fixture.Tree.Changes.IsEmpty);
    }

    [Test]
    public void ChildAdded_LinkBelowAnObject_NamesThatObjectsDirectory()
    {
        _fixture.Tree.Changes.ChildAdded(_fixture.BlockLinks, 50, parent: 1);
        Assert.That(Take(), Is.EqualTo(new[] { (_fixture.At("node/node1"), "memory50") }));
    }

    [Test]
    public void ChildRemoved_FromRemovedObject_IsNoChange()
    {
        _fixture.Nodes.Remove(1);
        _fixture.Tree.Changes.ChildRemoved(_fixture.BlockLinks, 50, parent: 1);
        Assert.That(Take(), Is.Empty);
    }

    [Test]
    public void ChildRemoved_NamedChild_KeepsItsName()
    {
        _fixture.Dimms.Add("d0");
        _fixture.Dimms.Remove("d0");
        _fixture.Tree.Changes.ChildRemoved(_fixture.DimmChildren, "d0");
        Assert.That(Take(), Is.EqualTo(new[] { (_fixture.At("dimms"), "d0") }));
    }

    [Test]
    public void ChildAdded_RangeWithItsLinks_MakesThreeChanges()
    {
        for (var i = 1000; i < 2000; i++)
        {
            _fixture.Tree.Changes.ChildAdded(_fixture.BlockChildren, i);
            _fixture.Tree.Changes.ChildAdded(_fixture.BlockLinks, i, parent: 0);
            _fixture.Tree.Changes.ChildAdded(_fixture.BlockLinks, 5000 - i, parent: 1);
        }
        var changes = new List<TreeChange>();
        _fixture.Tree.Changes.Take(changes);
        Assert.That(changes.Select(change => change.Count), Is.EqualTo(new[] { 1000, 1000, 1000 }));
        var text = new TextBuffer();
        changes[2].AppendName(0, text);
        Assert.That(text.ToString(), Is.EqualTo("memory3001"));
    }

    [Test]
    public void ChildAdded_ChildSetOfNoTree_Throws() =>
        Assert.That(
            () => _fixture.Tree.Changes.ChildAdded(EntryFactory.Numbered("x", new Objects(), new DirectoryType()), 1),
            Throws.ArgumentException);

    [Test]
    public void EntryChanged_NamesTheEntry()
    {
        _fixture.Tree.Changes.EntryChanged(_fixture.At("memory/memory33"), "only_even");
        Assert.That(Take(), Is.EqualTo(new[] { (_fixture.At("memory/memory33"), "only_even") }));
    }
}
