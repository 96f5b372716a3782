using System.Collections.Concurrent;
using System.Diagnostics;
using HotplugFs.Fuse.Device;
using Mono.Unix.Native;
using static Mono.Unix.Native.OpenFlags;

namespace HotplugFs.Fuse.Tests.Real;

/// <summary>
/// The kernel caches names, attributes and listings forever, so changes are visible only after notifications. Each test runs with and
/// without notifications, to prove that they are the cause.
/// </summary>
public sealed class CoherenceTests
{
    [TestCase(true)]
    [TestCase(false)]
    public void Add_NameWithACachedMiss_IsFoundOnlyIfNotified(bool notifies)
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
    public void Remove_CachedName_IsMissingOnlyIfNotified(bool notifies)
    {
        using var mount = Mount(notifies);
        Assert.That(Sys.ReadFile(mount["memory/memory33/state"]), Is.EqualTo("offline\n"));
        Assert.That(Sys.WriteFile(mount["memory/unplug"], "33"), Is.EqualTo("2"));
        Assert.That(Sys.Stat(mount["memory/memory33"]), Is.EqualTo(notifies ? "ENOENT" : "ok"));
        Assert.That(Sys.ReadFile(mount["memory/memory33/state"]), Is.EqualTo("open: ENOENT"), "open(2) always asks the server");
    }

    [TestCase(true)]
    [TestCase(false)]
    public void Add_CachedListingAndLinkCount_ChangeOnlyIfNotified(bool notifies)
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
        // The kernel requests a notification before it lets the caller sleep.
        var file = mount.Demo.Tree.OpenFiles.Find(0).Value;
        Assert.That(SpinWait.SpinUntil(() => file.Waiter is not null, 5000));
        Assert.That(Sys.WriteFile(mount["memory/memory33/state"], "online\n"), Is.EqualTo("7"));
        sleeper.Join();
        // poll(2) checks again at its timeout, so it finds the change in both cases.
        Assert.That(seen, Is.EqualTo(PollEvents.POLLPRI | PollEvents.POLLERR));
        Assert.That(slept.ElapsedMilliseconds < timeoutMs, Is.EqualTo(notifies));
        Assert.That(Sys.Read(fd, 100), Is.Empty, "the text of the last read ended");
        Sys.Seek(fd, 0, 0);
        Assert.That(Sys.Read(fd, 100), Is.EqualTo("online\n"));
        Syscall.close(fd);
    }

    [Test]
    public void Remove_OpenObject_IsAsRecorded()
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
            Assert.That(Sys.Poll(fresh, FileOperationTests.AllEvents, 0), Is.EqualTo(FileOperationTests.UnreadEvents));
            Assert.That(Sys.FStat(fresh).st_size, Is.EqualTo(4096));
            Assert.That(Sys.TryOpenAt(directory, "state"), Is.EqualTo("ENOENT"));
            Assert.That(Sys.TryOpenAt(directory, "nope"), Is.EqualTo("ENOENT"));
            Assert.That(Sys.TryOpenAt(directory, ".."), Is.EqualTo("ok"));
            // The second round has another block with that number.
            Sys.WriteFile(mount["memory/plug"], "33");
        }
        Assert.That(Sys.ReadFile(state), Is.EqualTo("offline\n"));
        foreach (var fd in new[] { fresh, started, directory })
            Syscall.close(fd);
    }

    [Test]
    public void Add_ObjectWithTheSameNumber_IsAnotherNode()
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
        const int Rounds = 100;
        using var mount = Mount(notifies: true);
        var problems = new ConcurrentQueue<string>();
        var isDone = false;

        void Expect(bool exists, int number)
        {
            foreach (var path in new[] { $"memory/memory{number}", $"links/memory{number}" })
                if (Sys.Stat(mount[path]) is var found && found != (exists ? "ok" : "ENOENT"))
                    problems.Enqueue($"{path} is {found} although the block was {(exists ? "added" : "removed")}");
            if (Sys.List(mount["memory"]).Contains($"memory{number}") != exists)
                problems.Enqueue($"the listing is wrong about memory{number}");
        }

        void Write(int number)
        {
            for (var round = 0; round < Rounds; round++)
            {
                foreach (var file in new[] { "plug", "unplug" })
                {
                    if (Sys.WriteFile(mount[$"memory/{file}"], $"{number}") is var written and not "3")
                        problems.Enqueue($"{file} {number}: {written}");
                    Expect(file == "plug", number);
                }
            }
        }

        void Read(int seed)
        {
            var random = new Random(seed);
            while (!Volatile.Read(ref isDone))
            {
                var block = $"memory/memory{100 + random.Next(Writers)}";
                Sys.Stat(mount[block]);
                Sys.List(mount["memory"]);
                Sys.Stat(mount[$"links/memory{100 + random.Next(Writers)}/state"]);
                var text = Sys.ReadFile(mount[$"{block}/phys_index"]);
                if (text is not ("open: ENOENT" or "ENODEV") && !text.StartsWith("000000", StringComparison.Ordinal))
                    problems.Enqueue($"{block}/phys_index reads {text}");
            }
        }

        var readers = Enumerable.Range(0, Readers).Select(seed => Start(() => Read(seed))).ToArray();
        var writers = Enumerable.Range(0, Writers).Select(writer => Start(() => Write(100 + writer))).ToArray();
        Task.WaitAll(writers);
        Volatile.Write(ref isDone, true);
        Task.WaitAll(readers);
        Assert.That(problems, Is.Empty);
    }

    private static Task Start(Action action) => Task.Factory.StartNew(action, TaskCreationOptions.LongRunning);

    private static TestMount Mount(bool notifies) =>
        new(new DemoTree(1, 33), wrap: notifies ? null : channel => new SilentChannel(channel));

    /// <summary>Drops notifications.</summary>
    private sealed class SilentChannel(IFuseChannel inner) : IFuseChannel
    {
        public bool WaitForRequest(TimeSpan time) => inner.WaitForRequest(time);

        public Result<int> Read(Span<byte> buffer) => inner.Read(buffer);

        public Result Write(ReadOnlySpan<byte> message) =>
            message[8..16].ContainsAnyExcept((byte)0) ? inner.Write(message) : Result.Ok;

        public void Dispose() => inner.Dispose();
    }
}
