using Mono.Unix.Native;
using static Mono.Unix.Native.OpenFlags;

namespace HotplugFs.Fuse.Tests.Real;

/// <summary>sendfile(2) on a real mount, which reads into the page cache. busybox's cat and cp use it.</summary>
public sealed class SendfileTests
{
    private TestMount _mount = null!;

    [SetUp]
    public void SetUp() => _mount = new TestMount(new DemoTree(1, 33));

    [TearDown]
    public void TearDown() => _mount.Dispose();

    private string State => _mount["memory/memory33/state"];

    /// <summary>Opens, sends all of the file to another one, and returns that one's text.</summary>
    private static string Send(string path)
    {
        var target = Path.GetTempFileName();
        var from = Sys.Open(path, O_RDONLY);
        var to = Sys.Open(target, O_WRONLY);
        long sent;
        var offset = 0L;
        do
            sent = Syscall.sendfile(to, from, ref offset, 1 << 20);
        while (sent > 0);
        Assert.That(sent, Is.Zero);
        Syscall.close(from);
        Syscall.close(to);
        var text = File.ReadAllText(target);
        File.Delete(target);
        return text;
    }

    [Test]
    public void Sendfile_AfterChanges_HasTheWholeTextEachTime()
    {
        foreach (var text in new[] { "offline\n", "online\n", "going-offline\n", "on\n", "offline\n", "online\n" })
        {
            Sys.WriteFile(State, text);
            Assert.That(Send(State), Is.EqualTo(text));
            Assert.That(Sys.ReadFile(State), Is.EqualTo(text));
        }
    }

    [Test]
    public void Sendfile_FileOfSize0_HasItsTextAndTheSizeStays()
    {
        foreach (var path in new[] { "meminfo", "odd/error" })
        {
            var expected = File.ReadAllText(_mount[path]);
            Assert.That(Send(_mount[path]), Is.EqualTo(expected), path);
            Assert.That(Sys.LStat(_mount[path]).st_size, Is.Zero, path);
            Assert.That(Send(_mount[path]), Is.EqualTo(expected), $"{path} after stat");
        }
    }

    [Test]
    public void Sendfile_GrowingLog_HasWhatWasAdded()
    {
        for (var i = 0; i < 5; i++)
        {
            Sys.WriteFile(State, "bogus");
            Assert.That(Send(_mount["log"]), Is.EqualTo(string.Concat(Enumerable.Repeat("memory33: refused\n", i + 1))));
        }
    }

    [Test]
    public void Stat_AfterSendfile_IsAsBefore()
    {
        Send(State);
        for (var i = 0; i < 2; i++)
        {
            Assert.That(Sys.LStat(State).st_size, Is.EqualTo(4096));
            Assert.That(Send(State), Is.EqualTo("offline\n"));
        }
    }
}
