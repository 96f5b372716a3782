namespace HotplugFs.Kernfs.Tests;

/// <summary>Operations on one open file. The expected values are those of the recordings <c>*-f-fileops-root</c>.</summary>
public sealed class OpenFileTests
{
    private Fixture _fixture = null!;

    [SetUp]
    public void SetUp() => _fixture = new Fixture { States = { [33] = "offline\n" } };

    [TestCase(false, "ok")]
    [TestCase(true, "EINVAL")]
    public void Sync_Tree_FailsOnlyIfItRefusesSync(bool refuses, string expected) =>
        Assert.That(new KernfsTree(new DirectoryType(), new TreeOptions { RefusesSync = refuses }).Sync().ToString(), Is.EqualTo(expected));

    [Test]
    public void Read_InPieces_ReturnsTheTextOfTheFirstRead()
    {
        var file = _fixture.Open("memory/memory33/state");
        Assert.That(Fixture.Read(file, 0, 3), Is.EqualTo("off"));
        _fixture.States[33] = "online\n";
        Assert.That(Fixture.Read(file, 3, 100), Is.EqualTo("line\n"));
        Assert.That(Fixture.Read(file, 8, 100), Is.Empty);
        Assert.That(Fixture.Read(file, 0, 100), Is.EqualTo("online\n"));
        Assert.That(_fixture.Shows, Is.EqualTo(2));
    }

    [Test]
    public void Read_AtAnotherOffset_MakesANewText()
    {
        var file = _fixture.Open("memory/memory33/state");
        Assert.That(Fixture.Read(file, 3, 4), Is.EqualTo("line"));
        Assert.That(Fixture.Read(file, 0, 4), Is.EqualTo("offl"));
        _fixture.States[33] = "ONLINE!!\n";
        Assert.That(Fixture.Read(file, 7, 10), Is.EqualTo("!\n"));
        Assert.That(Fixture.Read(file, 9, 10), Is.Empty);
        Assert.That(Fixture.Read(file, 5000, 10), Is.Empty);
        Assert.That(Fixture.Read(file, 0, 0), Is.Empty);
        Assert.That(Fixture.Read(file, 0, 100), Is.EqualTo("ONLINE!!\n"));
    }

    [Test]
    public void Read_TwoOpenFiles_HaveSeparateTexts()
    {
        var first = _fixture.Open("memory/memory33/state");
        var second = _fixture.Open("memory/memory33/state");
        Assert.That(Fixture.Read(first, 0, 3), Is.EqualTo("off"));
        _fixture.States[33] = "online\n";
        Assert.That(Fixture.Read(second, 0, 3), Is.EqualTo("onl"));
        Assert.That(Fixture.Read(first, 3, 9), Is.EqualTo("line\n"));
    }

    [Test]
    public void Read_TextBeyondAPage_IsCutThere()
    {
        _fixture.LongText = new string('x', 5000);
        Assert.That(_fixture.ReadAll("memory/long"), Has.Length.EqualTo(4096));
        Assert.That(_fixture.ReadAll("meminfo"), Has.Length.EqualTo(5000));
    }

    [Test]
    public void Read_FailingShow_ReturnsItsErrorAndNoText()
    {
        _fixture.ShowError = Errno.EIO;
        var file = _fixture.Open("memory/failing", OpenFlags.ReadOnly);
        Assert.That(file.Read(0, new byte[10]).Error, Is.EqualTo(Errno.EIO));
        Assert.That(file.Read(2, new byte[10]).Error, Is.EqualTo(Errno.EIO));
        _fixture.ShowError = null;
        Assert.That(Fixture.Read(file, 0, 10), Is.EqualTo("half"));
    }

    [Test]
    public void Write_IsOneStore()
    {
        var file = _fixture.Open("memory/probe", OpenFlags.WriteOnly);
        Assert.That(file.Write("one"u8).Value, Is.EqualTo(3));
        Assert.That(file.Write("two"u8).Value, Is.EqualTo(3));
        Assert.That(_fixture.Stores, Is.EqualTo(new[] { "one", "two" }));
    }

    [Test]
    public void Write_NoBytes_DoesNotStore()
    {
        Assert.That(_fixture.Open("memory/probe", OpenFlags.WriteOnly).Write(default).Value, Is.Zero);
        Assert.That(_fixture.Stores, Is.Empty);
    }

    [Test]
    public void Write_BeyondAPage_StoresAPage()
    {
        Assert.That(_fixture.Open("memory/probe", OpenFlags.WriteOnly).Write(new byte[5000]).Value, Is.EqualTo(4096));
        Assert.That(_fixture.Stores[0], Has.Length.EqualTo(4096));
    }

    [Test]
    public void Write_PartialStore_IsAShortWrite() =>
        Assert.That(_fixture.Open("memory/memory33/state").Write("short"u8).Value, Is.EqualTo(2));

    [Test]
    public void Write_FailingStore_ReturnsItsError() =>
        Assert.That(_fixture.Open("memory/memory33/state").Write("bogus"u8).Error, Is.EqualTo(Errno.EINVAL));

    [TestCase("memory/memory33/phys_index", OpenFlags.WriteOnly)]
    [TestCase("memory/memory33/phys_index", OpenFlags.ReadWrite)]
    [TestCase("memory/probe", OpenFlags.ReadOnly)]
    [TestCase("memory/probe", OpenFlags.ReadWrite)]
    [TestCase("node/node0/cpulist", OpenFlags.WriteOnly)]
    public void Open_AccessThatNoPermissionBitAllows_IsEacces(string path, uint flags) =>
        Assert.That(_fixture.Tree.Open(_fixture.At(path), flags).Error, Is.EqualTo(Errno.EACCES));

    [TestCase("debug/error", OpenFlags.ReadWrite)]
    [TestCase("meminfo", OpenFlags.ReadWrite)]
    [TestCase("memory/memory33/phys_index", OpenFlags.ReadOnly | OpenFlags.Truncate)]
    public void Open_AccessThatModesDoNotRestrict_IsAllowed(string path, uint flags) =>
        Assert.That(_fixture.Tree.Open(_fixture.At(path), flags).IsOk, Is.True);

    [Test]
    public void Open_AfterChmod000_IsEacces()
    {
        var node = _fixture.At("memory/memory33/state");
        _fixture.Tree.SetAttributes(node, new AttributesChange { Mode = 0 });
        Assert.That(_fixture.Tree.Open(node, OpenFlags.ReadOnly).Error, Is.EqualTo(Errno.EACCES));
        Assert.That(_fixture.Tree.Open(node, OpenFlags.WriteOnly).Error, Is.EqualTo(Errno.EACCES));
    }

    [Test]
    public void Open_AfterChmod666_SucceedsAndTheMissingStoreIsEio()
    {
        var readOnly = _fixture.At("memory/memory33/phys_index");
        _fixture.Tree.SetAttributes(readOnly, new AttributesChange { Mode = Octal.Mode("0666") });
        Assert.That(_fixture.Tree.Open(readOnly, OpenFlags.WriteOnly).Value.Write("x"u8).Error, Is.EqualTo(Errno.EIO));

        var writeOnly = _fixture.At("memory/probe");
        _fixture.Tree.SetAttributes(writeOnly, new AttributesChange { Mode = Octal.Mode("0666") });
        Assert.That(_fixture.Tree.Open(writeOnly, OpenFlags.ReadOnly).Value.Read(0, new byte[9]).Error, Is.EqualTo(Errno.EIO));
    }

    [Test]
    public void Open_DirectoryOrRemovedObject_Fails()
    {
        var state = _fixture.At("memory/memory33/state");
        Assert.That(_fixture.Tree.Open(_fixture.At("memory"), OpenFlags.ReadOnly).Error, Is.EqualTo(Errno.EISDIR));
        _fixture.Blocks.Remove(33);
        Assert.That(_fixture.Tree.Open(state, OpenFlags.ReadOnly).Error, Is.EqualTo(Errno.ENODEV));
    }

    [Test]
    public void Operations_AfterRemovalOfTheObject_AreEnodevExceptTheRestOfAText()
    {
        var started = _fixture.Open("memory/memory33/state");
        var fresh = _fixture.Open("memory/memory33/state");
        Assert.That(Fixture.Read(started, 0, 3), Is.EqualTo("off"));
        _fixture.Blocks.Remove(33);
        Assert.That(Fixture.Read(started, 3, 100), Is.EqualTo("line\n"));
        Assert.That(started.Read(8, new byte[9]).Error, Is.EqualTo(Errno.ENODEV));
        Assert.That(started.Read(0, new byte[9]).Error, Is.EqualTo(Errno.ENODEV));
        Assert.That(fresh.Read(0, new byte[9]).Error, Is.EqualTo(Errno.ENODEV));
        Assert.That(fresh.Write("online"u8).Error, Is.EqualTo(Errno.ENODEV));
        Assert.That(fresh.Write("bogus"u8).Error, Is.EqualTo(Errno.ENODEV));
        Assert.That(fresh.Poll(), Is.EqualTo(PollEvents.Always | PollEvents.Changed));
        // The file stays dead when an object of that number is added again.
        _fixture.Blocks.Add(33);
        Assert.That(fresh.Read(0, new byte[9]).Error, Is.EqualTo(Errno.ENODEV));
        Assert.That(fresh.Write("online"u8).Error, Is.EqualTo(Errno.ENODEV));
    }

    [Test]
    public void Poll_BeforeAndAfterTheFirstRead_IsAsRecorded()
    {
        var file = _fixture.Open("memory/memory33/state");
        Assert.That(file.Poll(), Is.EqualTo(PollEvents.Always | PollEvents.Changed));
        Fixture.Read(file, 0, 100);
        Assert.That(file.Poll(), Is.EqualTo(PollEvents.Always));
        // A change of the contents alone is not reported.
        _fixture.States[33] = "online\n";
        Assert.That(file.Poll(), Is.EqualTo(PollEvents.Always));
    }

    [Test]
    public void Notify_OpenFile_ReportsUntilReadAndWakesTheWaiterOnce()
    {
        var file = _fixture.Open("memory/memory33/state");
        Fixture.Read(file, 0, 100);
        file.Waiter = 42;
        _fixture.Tree.OpenFiles.Notify(file.Node);
        _fixture.Tree.OpenFiles.Notify(file.Node);
        Assert.That(file.Poll(), Is.EqualTo(PollEvents.Always | PollEvents.Changed));
        var woken = new List<ulong>();
        _fixture.Tree.OpenFiles.TakeWakeUps(woken);
        Assert.That(woken, Is.EqualTo(new[] { 42ul }));
        Assert.That(_fixture.Tree.OpenFiles.HasWakeUps, Is.False);
        Fixture.Read(file, 0, 100);
        Assert.That(file.Poll(), Is.EqualTo(PollEvents.Always));
    }

    [Test]
    public void Notify_AnotherFile_WakesNoPoller()
    {
        var file = _fixture.Open("memory/memory33/state");
        Fixture.Read(file, 0, 100);
        file.Waiter = 42;
        _fixture.Tree.OpenFiles.Notify(_fixture.At("memory/memory45/state"));
        Assert.That(_fixture.Tree.OpenFiles.HasWakeUps, Is.False);
        Assert.That(file.Poll(), Is.EqualTo(PollEvents.Always));
    }

    [Test]
    public void Release_FileOpenedAgain_StartsFromTheBeginning()
    {
        var file = _fixture.Open("memory/memory33/state");
        Fixture.Read(file, 0, 3);
        file.Waiter = 1;
        _fixture.Tree.OpenFiles.Release(file);
        Assert.That(_fixture.Tree.OpenFiles.Find(file.Handle).Error, Is.EqualTo(Errno.EBADF));
        Assert.That(() => _fixture.Tree.OpenFiles.Release(file), Throws.InvalidOperationException);
        Assert.That(() => file.Poll(), Throws.InvalidOperationException);

        var again = _fixture.Open("memory/memory45/state");
        Assert.That(again, Is.SameAs(file));
        Assert.That(_fixture.Tree.OpenFiles.Find(again.Handle).Value, Is.SameAs(again));
        Assert.That(again.Poll(), Is.EqualTo(PollEvents.Always | PollEvents.Changed));
        Assert.That(again.Waiter, Is.Null);
        Assert.That(Fixture.Read(again, 3, 99), Is.EqualTo("ine\n"));
        Assert.That(_fixture.Tree.OpenFiles.Find(again.Handle + 1).Error, Is.EqualTo(Errno.EBADF), "the handle is reused");
    }
}
