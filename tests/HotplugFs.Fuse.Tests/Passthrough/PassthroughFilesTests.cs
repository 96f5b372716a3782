using HotplugFs.Fuse.Passthrough;
using HotplugFs.Kernfs;

namespace HotplugFs.Fuse.Tests.Passthrough;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class PassthroughFilesTests
{
    private const uint Reading = OpenFlags.ReadOnly;

    private readonly DemoTree _demo = new(1, 33, 34);
    private readonly FakeFiles _kernel = new();

    private KernfsOpenFile Open(string path, uint flags = Reading) => _demo.Tree.Open(_demo.Tree.Find(path).Value, flags).Value;

    private PassthroughFiles Files(PassthroughUse use, int limit = 8) => new(_kernel, use, limit);

    private int BeginTwice(PassthroughFiles files, string path)
    {
        var first = Open(path);
        Assert.That(files.Begin(first, Reading).Id, Is.Zero, "a text that is read once is not registered");
        files.End(first);
        return files.Begin(Open(path), Reading).Id;
    }

    [Test]
    public void Begin_ConstantTextTheSecondTime_IsRegistered()
    {
        var backing = BeginTwice(Files(PassthroughUse.Constant), "memory/block_size_bytes");
        Assert.That(_kernel.Files[backing], Is.EqualTo("8000000\n"));
    }

    [TestCase("memory/memory33/state")]
    [TestCase("memory/memory33/phys_index")]
    [TestCase("meminfo")]
    [TestCase("log")]
    public void Begin_VariableText_IsReadFromTheServer(string path)
    {
        var files = Files(PassthroughUse.Constant);
        for (var i = 0; i < 3; i++)
            Assert.That(files.Begin(Open(path), Reading).Id, Is.Zero);
        Assert.That(_kernel.OpenCount, Is.Zero);
    }

    [TestCase("meminfo")]
    [TestCase("log")]
    [TestCase("odd/fails")]
    [TestCase("odd/error")]
    public void Begin_OtherFilesWithAll_AreReadFromTheServer(string path)
    {
        var files = Files(PassthroughUse.All);
        for (var i = 0; i < 3; i++)
            Assert.That(files.Begin(Open(path), Reading).Id, Is.Zero);
    }

    [TestCase(OpenFlags.ReadWrite)]
    [TestCase(OpenFlags.WriteOnly)]
    public void Begin_OpenForWriting_IsServedByTheServer(uint flags)
    {
        var files = Files(PassthroughUse.All);
        for (var i = 0; i < 3; i++)
            Assert.That(files.Begin(Open("memory/memory33/state", flags), flags).Id, Is.Zero);
    }

    [Test]
    public void Begin_SameTextOfOtherNodes_SharesOneFile()
    {
        var files = Files(PassthroughUse.All);
        var backing = BeginTwice(files, "memory/memory33/state");
        Assert.That(files.Begin(Open("memory/memory34/state"), Reading).Id, Is.EqualTo(backing));
        Assert.That(_kernel.OpenCount, Is.EqualTo(1));
    }

    [Test]
    public void Begin_OtherTextWhileOlderOpensExist_IsReadFromTheServer()
    {
        var files = Files(PassthroughUse.All);
        _demo.States[33] = "online\n";
        var online = BeginTwice(files, "memory/memory33/state");
        _demo.States[34] = "offline\n";
        var offline = BeginTwice(files, "memory/memory34/state");
        Assert.That(new[] { online, offline }, Has.All.GreaterThan(0));

        _demo.States[33] = "offline\n";
        var direct = Open("memory/memory33/state");
        Assert.That(files.Begin(direct, Reading), Is.EqualTo(new PassthroughFiles.Backing(online, IsDirect: true)), "the file of the node");
        files.End(_demo.Tree.OpenFiles.Find(1).Value);
        Assert.That(files.Begin(Open("memory/memory33/state"), Reading).IsDirect, "one open still exists");
        files.End(direct);
        files.End(_demo.Tree.OpenFiles.Find(5).Value);
        var last = files.Begin(Open("memory/memory33/state"), Reading);
        Assert.That(last, Is.EqualTo(new PassthroughFiles.Backing(offline, IsDirect: false)));
    }

    [Test]
    public void Begin_OpenForWritingWhileAReaderExists_NamesTheSameFileAndIsDirect()
    {
        var files = Files(PassthroughUse.All);
        var backing = BeginTwice(files, "memory/memory33/state");
        var writing = files.Begin(Open("memory/memory33/state", OpenFlags.WriteOnly), OpenFlags.WriteOnly);
        Assert.That(writing, Is.EqualTo(new PassthroughFiles.Backing(backing, IsDirect: true)));
    }

    [Test]
    public void Begin_MoreTextsThanTheLimit_EvictsUnusedTexts()
    {
        const int Limit = 4;
        var files = Files(PassthroughUse.All, Limit);
        _demo.States[33] = "used\n";
        var used = BeginTwice(files, "memory/memory33/state");
        for (var i = 0; i < 1000; i++)
        {
            _demo.States[34] = $"text {i}\n";
            for (var round = 0; round < 2; round++)
            {
                var file = Open("memory/memory34/state");
                files.Begin(file, Reading);
                files.End(file);
            }
            Assert.That(_kernel.Files, Has.Count.LessThanOrEqualTo(Limit));
        }
        Assert.That(_kernel.Files, Does.ContainKey(used));
        Assert.That(_kernel.OpenCount, Is.GreaterThan(2 * Limit));
    }

    [Test]
    public void Begin_WalksOverMoreTextsThanTheLimit_FindMostCachedTexts()
    {
        const int Limit = 64, Texts = 4 * Limit, Walks = 20;
        var files = Files(PassthroughUse.All, Limit);
        var found = 0;
        for (var walk = 0; walk < 2 * Walks; walk++)
        {
            for (var i = 0; i < Texts; i++)
            {
                _demo.States[33] = $"{i}\n";
                var file = Open("memory/memory33/state");
                var isFound = files.Begin(file, Reading).Id != 0;
                found += walk >= Walks && isFound ? 1 : 0;
                files.End(file);
                _demo.Tree.OpenFiles.Release(file);
            }
        }
        Assert.That(found, Is.GreaterThan(Walks * Limit * 3 / 4));
        Assert.That(_kernel.OpenCount, Is.LessThan(2 * Walks * Texts / 16));
    }

    [Test]
    public void Begin_TextsReadOncePerWalk_AreNotRegistered()
    {
        var files = Files(PassthroughUse.All, limit: 100_000);
        for (var walk = 0; walk < 2; walk++)
        {
            for (var i = 0; i < 50_000; i++)
            {
                _demo.States[33] = $"{i}\n";
                var file = Open("memory/memory33/state");
                files.Begin(file, Reading);
                files.End(file);
                _demo.Tree.OpenFiles.Release(file);
            }
        }
        Assert.That(_kernel.OpenCount, Is.LessThan(5_000));
    }

    [Test]
    public void Begin_KernelRefusesTheFile_IsReadFromTheServer()
    {
        var files = Files(PassthroughUse.Constant);
        var file = Open("memory/block_size_bytes");
        _kernel.Error = Errno.ENFILE;
        for (var i = 0; i < 3; i++)
        {
            Assert.That(files.Begin(file, Reading).Id, Is.Zero);
            files.End(file);
        }
        _kernel.Error = null;
        Assert.That(files.Begin(file, Reading).Id, Is.GreaterThan(0));
    }

    [Test]
    public void Begin_WhileAnOpenWithoutBackingFileExists_NamesNone()
    {
        var files = Files(PassthroughUse.All);
        BeginTwice(files, "memory/memory34/state");
        var writing = Open("memory/memory33/state", OpenFlags.WriteOnly);
        files.Begin(writing, OpenFlags.WriteOnly);
        // The kernel may register the reader first; it would then reject the writer, whose reply names no file.
        var reading = Open("memory/memory33/state");
        Assert.That(files.Begin(reading, Reading).Id, Is.Zero);
        files.End(writing);
        files.End(reading);
        Assert.That(files.Begin(Open("memory/memory33/state"), Reading).Id, Is.GreaterThan(0));
    }

    [Test]
    public void Begin_LongText_IsReadFromTheServer()
    {
        var files = Files(PassthroughUse.All);
        _demo.States[33] = new string('x', BackingTexts.TextMax + 1);
        for (var i = 0; i < 3; i++)
            Assert.That(files.Begin(Open("memory/memory33/state"), Reading).Id, Is.Zero);
    }

    [Test]
    public void Begin_CachedText_AllocatesNothing()
    {
        var files = Files(PassthroughUse.Constant);
        BeginTwice(files, "memory/block_size_bytes");
        var file = Open("memory/block_size_bytes");
        for (var i = 0; i < 100; i++)
            Cycle();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            Cycle();
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);

        void Cycle()
        {
            files.Begin(file, Reading);
            files.End(file);
        }
    }

    [Test]
    public void Poll_FileThatTheKernelReads_ReportsNoChange()
    {
        var files = Files(PassthroughUse.Constant);
        BeginTwice(files, "memory/block_size_bytes");
        var file = Open("memory/block_size_bytes");
        Assert.That(file.Poll(), Is.EqualTo(PollEvents.Always | PollEvents.Changed));
        files.Begin(file, Reading);
        Assert.That(file.Poll(), Is.EqualTo(PollEvents.Always));
    }
}
