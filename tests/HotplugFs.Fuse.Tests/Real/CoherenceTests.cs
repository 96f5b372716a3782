using System.Diagnostics;
using HotplugFs.Abi;
using Mono.Unix.Native;
using static Mono.Unix.Native.OpenFlags;

namespace HotplugFs.Fuse.Tests.Real;

/// <summary>
/// The kernel keeps names, attributes and listings for ever, so only notifications make changes seen. Each of these tests runs
/// with them and without, so that it proves that they did it.
/// </summary>
public sealed class CoherenceTests
{
    [TestCase(true)]
    [TestCase(false)]
    public void Add_NameThatWasLookedForBefore_IsThereOnlyIfNotified(bool notifies)
    {
        using var mount = Mount(notifies);
        Assert.That(Sys.Stat(mount["memory/memory50"]), Is.EqualTo("ENOENT"));
        Assert.That(Sys.Stat(mount["links/memory50"]), Is.EqualTo("ENOENT"));
        Assert.That(Sys.WriteFile(mount["memory/plug"], "50"), Is.EqualTo("2"));
        Assert.That(Sys.Stat(mount["memory/memory50"]), Is.EqualTo(notifies ? "ok" : "ENOENT"));
        Assert.That(Sys.Stat(mount["links/memory50"]), Is.EqualTo(notifies ? "ok" : "ENOENT"));
    }

    [TestCase(true)]
    [TestCase(false)]
    public void Remove_NameThatWasSeenBefore_IsGoneOnlyIfNotified(bool notifies)
    {
        using var mount = Mount(notifies);
        Assert.That(Sys.ReadFile(mount["memory/memory33/state"]), Is.EqualTo("offline\n"));
        Assert.That(Sys.WriteFile(mount["memory/unplug"], "33"), Is.EqualTo("2"));
        Assert.That(Sys.Stat(mount["memory/memory33"]), Is.EqualTo(notifies ? "ENOENT" : "ok"));
        Assert.That(Sys.ReadFile(mount["memory/memory33/state"]), Is.EqualTo("open: ENOENT"), "opening asks each time");
    }

    [TestCase(true)]
    [TestCase(false)]
    public void Add_ListingAndLinkCountThatWereSeenBefore_AreNewOnlyIfNotified(bool notifies)
    {
        using var mount = Mount(notifies);
        for (var i = 0; i < 2; i++)
            Assert.That(Sys.List(mount["memory"]), Has.Count.EqualTo(5));
        Assert.That(Sys.LStat(mount["memory"]).st_nlink, Is.EqualTo(4));
        Assert.That(Sys.WriteFile(mount["memory/plug"], "50"), Is.EqualTo("2"));
        Assert.That(Sys.List(mount["memory"]), Has.Count.EqualTo(notifies ? 6 : 5));
        Assert.That(Sys.LStat(mount["memory"]).st_nlink, Is.EqualTo(notifies ? 5 : 4));
    }

    [TestCase(true)]
    [TestCase(false)]
    public void Poll_Sleeper_IsWokenOnlyIfNotified(bool notifies)
    {
        using var mount = Mount(notifies);
        var fd = Sys.Open(mount["memory/memory33/state"], O_RDONLY);
        Sys.Read(fd, 100);
        PollEvents seen = 0;
        var timeoutMs = notifies ? 20_000 : 1000;
        var slept = Stopwatch.StartNew();
        var sleeper = new Thread(() => { seen = Sys.Poll(fd, PollEvents.POLLPRI, timeoutMs); slept.Stop(); });
        sleeper.Start();
        // With or without a notification to come, the kernel asks for one before it lets the caller sleep.
        var file = mount.Demo.Tree.OpenFile(0).Value;
        Assert.That(SpinWait.SpinUntil(() => file.Waiter is not null, 5000));
        Assert.That(Sys.WriteFile(mount["memory/memory33/state"], "online\n"), Is.EqualTo("7"));
        sleeper.Join();
        // poll(2) looks once more when its time is up, so it finds the change either way.
        Assert.That(seen, Is.EqualTo(PollEvents.POLLPRI | PollEvents.POLLERR));
        Assert.That(slept.ElapsedMilliseconds < timeoutMs, Is.EqualTo(notifies));
        Assert.That(Sys.Read(fd, 100), Is.Empty, "the text of the last read ended");
        Sys.Seek(fd, 0, 0);
        Assert.That(Sys.Read(fd, 100), Is.EqualTo("online\n"));
        Syscall.close(fd);
    }

    [Test]
    public void Remove_ObjectThatIsOpen_IsAsRecorded()
    {
        using var mount = Mount(notifies: true);
        var state = mount["memory/memory33/state"];
        var fresh = Sys.Open(state, O_RDWR);
        var started = Sys.Open(state, O_RDONLY);
        var directory = Sys.Open(mount["memory/memory33"], O_RDONLY);
        Assert.That(Sys.Read(started, 3), Is.EqualTo("off"));
        Assert.That(Sys.WriteFile(mount["memory/unplug"], "33"), Is.EqualTo("2"));

        for (var round = 0; round < 2; round++)
        {
            Assert.That(Sys.Read(fresh, 100), Is.EqualTo("ENODEV"));
            Assert.That(Sys.Write(fresh, "online"), Is.EqualTo("ENODEV"));
            Assert.That(Sys.Write(fresh, "bogus"), Is.EqualTo("ENODEV"));
            Assert.That(Sys.Read(started, 100), Is.EqualTo(round == 0 ? "line\n" : "ENODEV"));
            Sys.Seek(started, 0, 0);
            Assert.That(Sys.Read(started, 100), Is.EqualTo("ENODEV"));
            Assert.That((uint)Sys.Poll(fresh, (PollEvents)31, 0), Is.EqualTo(15));
            Assert.That(Sys.FStat(fresh).st_size, Is.EqualTo(4096));
            Assert.That(Sys.TryOpenAt(directory, "state"), Is.EqualTo("ENOENT"));
            Assert.That(Sys.TryOpenAt(directory, "nope"), Is.EqualTo("ENOENT"));
            Assert.That(Sys.TryOpenAt(directory, ".."), Is.EqualTo("ok"));
            // The second round is with another block of that number.
            Sys.WriteFile(mount["memory/plug"], "33");
        }
        Assert.That(Sys.ReadFile(state), Is.EqualTo("offline\n"));
        foreach (var fd in new[] { fresh, started, directory })
            Syscall.close(fd);
    }

    [Test]
    public void Return_ObjectOfTheSameNumber_IsAnotherNode()
    {
        using var mount = Mount(notifies: true);
        var before = Sys.LStat(mount["memory/memory33"]).st_ino;
        Sys.WriteFile(mount["memory/unplug"], "33");
        Sys.WriteFile(mount["memory/plug"], "33");
        Assert.That(Sys.LStat(mount["memory/memory33"]).st_ino, Is.Not.EqualTo(before));
    }

    [Test]
    public void Hammer_WritersAndReaders_SeeNoStaleEntry()
    {
        const int Writers = 3;
        const int Readers = 3;
        using var mount = Mount(notifies: true);
        using var done = new CancellationTokenSource(TimeSpan.FromSeconds(4));
        var stale = new List<string>();
        var rounds = 0;

        void Expect(bool isThere, int number)
        {
            foreach (var path in new[] { $"memory/memory{number}", $"links/memory{number}" })
            {
                var found = Sys.Stat(mount[path]);
                if (found != (isThere ? "ok" : "ENOENT"))
                    lock (stale)
                        stale.Add($"{path} is {found} although the block {(isThere ? "came" : "went")}");
            }
            if (Sys.List(mount["memory"]).Contains($"memory{number}") != isThere)
                lock (stale)
                    stale.Add($"the listing is wrong about {number}");
        }

        void Write(int writer)
        {
            var number = 100 + writer;
            while (!done.IsCancellationRequested)
            {
                Assert.That(Sys.WriteFile(mount["memory/plug"], $"{number}"), Is.EqualTo("3"));
                Expect(true, number);
                Assert.That(Sys.WriteFile(mount["memory/unplug"], $"{number}"), Is.EqualTo("3"));
                Expect(false, number);
                Interlocked.Increment(ref rounds);
            }
        }

        void Read(int reader)
        {
            var random = new Random(reader);
            while (!done.IsCancellationRequested)
            {
                var block = $"memory/memory{100 + random.Next(Writers)}";
                Sys.Stat(mount[block]);
                Sys.List(mount["memory"]);
                Sys.Stat(mount[$"links/memory{100 + random.Next(Writers)}/state"]);
                var text = Sys.ReadFile(mount[$"{block}/phys_index"]);
                if (text is not ("open: ENOENT" or "ENODEV") && !text.StartsWith("000000", StringComparison.Ordinal))
                    lock (stale)
                        stale.Add($"{block}/phys_index reads {text}");
            }
        }

        var failures = new List<Exception>();
        var threads = Enumerable.Range(0, Writers).Select(i => new Thread(() => Guard(() => Write(i))))
            .Concat(Enumerable.Range(0, Readers).Select(i => new Thread(() => Guard(() => Read(i))))).ToList();

        void Guard(Action action)
        {
            try
            {
                action();
            }
            catch (Exception exception)
            {
                lock (failures)
                    failures.Add(exception);
            }
        }

        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        Assert.That(failures, Is.Empty);
        Assert.That(stale, Is.Empty);
        Assert.That(rounds, Is.GreaterThan(10));
        TestContext.Out.WriteLine($"{rounds} blocks came and went");
    }

    private static TestMount Mount(bool notifies) =>
        new(new DemoTree(1, 33), wrap: notifies ? null : channel => new DeafChannel(channel));

    /// <summary>Leaves notifications out.</summary>
    private sealed class DeafChannel(IFuseChannel inner) : IFuseChannel
    {
        public Result<int> Read(Span<byte> buffer) => inner.Read(buffer);

        public Result Write(ReadOnlySpan<byte> message) =>
            message[8..16].ContainsAnyExcept((byte)0) ? inner.Write(message) : Result.Ok;

        public void Dispose() => inner.Dispose();
    }
}
