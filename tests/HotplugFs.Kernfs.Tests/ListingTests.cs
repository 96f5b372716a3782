namespace HotplugFs.Kernfs.Tests;

public sealed class ListingTests
{
    [Test]
    public void ReadDirectory_AllAtOnce_HasFixedEntriesFirst() =>
        Assert.That(
            new Fixture().List("memory"),
            Is.EqualTo(new[]
            {
                ".", "..", "block_size_bytes", "probe", "long", "failing", "power", "memory0", "memory1", "memory33", "memory45",
            }));

    [Test]
    public void ReadDirectory_EntryByEntry_ListsTheSameEntriesAndNodes()
    {
        foreach (var path in new[] { "", "memory", "memory/memory0", "memory/memory1", "node/node0", "dimms" })
        {
            var fixture = new Fixture();
            var directory = fixture.At(path);
            var listing = new Listing(0);
            for (var before = -1; before != listing.Names.Count;)
            {
                before = listing.Names.Count;
                listing.Room = 1;
                fixture.Tree.ReadDirectory(directory, listing.Cookie, listing);
            }
            Assert.That(listing.Names, Is.EqualTo(fixture.List(path)));
            for (var i = 2; i < listing.Names.Count; i++)
                Assert.That(fixture.At($"{path}/{listing.Names[i]}"), Is.EqualTo(listing.Ids[i]));
        }
    }

    [Test]
    public void ReadDirectory_DotAndDotDot_AreTheDirectoryAndItsParent()
    {
        var fixture = new Fixture();
        var listing = new Listing(2);
        fixture.Tree.ReadDirectory(fixture.At("memory/memory33"), 0, listing);
        Assert.That(listing.Ids, Is.EqualTo(new[] { fixture.At("memory/memory33"), fixture.At("memory") }));
    }

    [Test]
    public void ReadDirectory_ChildrenAddedAndRemovedMeanwhile_ListsEveryOtherOnce()
    {
        var random = new Random(1);
        for (var round = 0; round < 200; round++)
        {
            var fixture = new Fixture();
            for (var i = 100; i < 130; i++)
                fixture.Blocks.Add(i);
            var listing = new Listing(0);
            for (var before = -1; before != listing.Names.Count;)
            {
                before = listing.Names.Count;
                listing.Room = random.Next(1, 4);
                fixture.Tree.ReadDirectory(fixture.At("memory"), listing.Cookie, listing);
                // Odd numbers are added and removed, even ones stay.
                var number = 101 + 2 * random.Next(15);
                if (fixture.Blocks.TryGetGeneration(0, number, out _))
                    fixture.Blocks.Remove(number);
                else
                    fixture.Blocks.Add(number);
            }
            Assert.That(listing.Names, Is.Unique, $"round {round}");
            for (var i = 100; i < 130; i += 2)
                Assert.That(listing.Names, Does.Contain($"memory{i}"), $"round {round}");
        }
    }

    [TestCase("memory")]
    [TestCase("node/node0")]
    [TestCase("memory/memory0")]
    [TestCase("dimms")]
    [TestCase("")]
    public void ReadDirectory_FromTheEnd_ListsNothingThatIsAddedLater(string path)
    {
        var fixture = new Fixture();
        var listing = new Listing(int.MaxValue);
        fixture.Tree.ReadDirectory(fixture.At(path), 0, listing);
        Assert.That(listing.Cookie, Is.EqualTo(int.MaxValue), "as in sysfs");
        var count = listing.Names.Count;
        fixture.Blocks.Add(99);
        fixture.Dimms.Add("late");
        fixture.Tree.ReadDirectory(fixture.At(path), listing.Cookie, listing);
        Assert.That(listing.Names, Has.Count.EqualTo(count));
    }

    [Test]
    public void ReadDirectory_LastEntryDidNotFit_ListsWhatIsAddedMeanwhile()
    {
        var fixture = new Fixture();
        var listing = new Listing(fixture.List("memory").Count - 1);
        fixture.Tree.ReadDirectory(fixture.At("memory"), 0, listing);
        fixture.Blocks.Add(99);
        listing.Room = int.MaxValue;
        fixture.Tree.ReadDirectory(fixture.At("memory"), listing.Cookie, listing);
        Assert.That(listing.Names, Does.Contain("memory45").And.Contain("memory99"));
    }

    [Test]
    public void ReadDirectory_RemovedObject_HasDotAndDotDotOnly()
    {
        var fixture = new Fixture();
        var directory = fixture.At("memory/memory33");
        fixture.Blocks.Remove(33);
        var listing = new Listing(99);
        Assert.That(fixture.Tree.ReadDirectory(directory, 0, listing).IsOk, Is.True);
        Assert.That(listing.Names, Is.EqualTo(new[] { ".", ".." }));
    }

    [Test]
    public void ReadDirectory_File_IsEnotdir()
    {
        var fixture = new Fixture();
        Assert.That(fixture.Tree.ReadDirectory(fixture.At("memory/probe"), 0, new Listing(9)).Error, Is.EqualTo(Errno.ENOTDIR));
    }

    [Test]
    public void ReadDirectory_InvisibleEntry_IsLeftOut()
    {
        var fixture = new Fixture();
        Assert.That(fixture.List("memory/memory0"), Does.Contain("only_even"));
        Assert.That(fixture.List("memory/memory1"), Does.Not.Contain("only_even"));
    }
}
