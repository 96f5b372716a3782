using System.Text.Json;
using HotplugFs.Sysfs.Control;

namespace HotplugFs.Sysfs.Tests;

/// <summary><c>hotplugfs/journal</c>.</summary>
public sealed class JournalTests
{
    private const string Journal = "hotplugfs/journal";

    [Test]
    public void Write_ThatSucceeds_HasTheCallerTheResultAndTheZones()
    {
        var tree = new TestTree(clock: new ManualClock());
        Assert.That(Write(tree, "memory/memory43/state", "online_movable\n"), Is.EqualTo("15"));
        const string uevent =
            """{"n":1,"time":0,"uevent":{"ACTION":"online","DEVPATH":"/devices/system/memory/memory43","SUBSYSTEM":"memory","SEQNUM":"1"}}""";
        const string file = """{"n":2,"time":0,"pid":7,"uid":8,"comm":"","file":"/sys/devices/system/memory/memory43/state",""";
        const string result = "\"text\":\"online_movable\",\"result\":15,\"zone_before\":\"Normal\",\"zone_after\":\"Movable\"}";
        Assert.That(tree.Read(Journal), Is.EqualTo($"{uevent}\n{file}{result}\n"));
    }

    [TestCase("memory/memory40/state", "online_movable", "EINVAL", "not-at-boundary")]
    [TestCase("memory/memory40/state", "nonsense", "EINVAL", "invalid-text")]
    [TestCase("memory/memory34/state", "online", "EINVAL", "already-online")]
    [TestCase("memory/memory40/state", "offline", "EINVAL", "already-offline")]
    [TestCase("memory/memory32/state", "offline", "EBUSY", "unmovable-pages")]
    [TestCase("memory/probe", "0x1", "EINVAL", "not-aligned")]
    [TestCase("memory/probe", "0x0", "EEXIST", "taken")]
    [TestCase("memory/hard_offline_page", "0x140000000", "ENXIO", "memory-offline")]
    [TestCase("hotplugfs/dimms/plug", "node=7 size=128M id=x", "EINVAL", "not-found")]
    [TestCase("hotplugfs/dimms/plug", "node=1 size=3M id=x", "EINVAL", "not-aligned")]
    [TestCase("hotplugfs/dimms/plug", "node=1", "EINVAL", "invalid-text")]
    [TestCase("hotplugfs/dimms/unplug", "x", "ENOENT", "not-found")]
    [TestCase("hotplugfs/load/start", "id=a size=100G", "ENOMEM", "not-enough-memory")]
    [TestCase("hotplugfs/load/stop", "a", "ENOENT", "not-found")]
    [TestCase("hotplugfs/virtio_mem", "id=v node=1 max=1G", "EOPNOTSUPP", "not-supported")]
    [TestCase("hotplugfs/clock", "2s", "EOPNOTSUPP", "not-supported")]
    [TestCase("hotplugfs/faults", "clear 7", "ENOENT", "not-found")]
    public void Write_ThatIsRefused_HasTheErrnoAndTheRule(string file, string text, string errno, string rule)
    {
        var tree = new TestTree();
        Assert.That(Write(tree, file, text), Is.EqualTo(errno));
        var entry = Entries(tree)[^1];
        Assert.That((Text(entry, "errno"), Text(entry, "rule")), Is.EqualTo((errno, rule)));
        Assert.That(tree.LastLogLine, Does.EndWith($"{Text(entry, "reason")} [{rule}]"));
    }

    [Test]
    public void Write_RefusedByAFaultOrANotifier_NamesIt()
    {
        var tree = new TestTree();
        Write(tree, "hotplugfs/faults", "memory34 offline EBUSY");
        Write(tree, "memory/memory34/state", "offline");
        Assert.That(Text(Entries(tree)[^1], "rule"), Is.EqualTo("fault"));
        Write(tree, "sys/kernel/debug/notifier-error-inject/memory/actions/MEM_GOING_OFFLINE/error", "-12");
        Write(tree, "memory/memory35/state", "offline");
        Assert.That(Text(Entries(tree)[^1], "rule"), Is.EqualTo("notifier"));
    }

    /// <summary>The rule of an earlier write is not that of a later one.</summary>
    [Test]
    public void Write_AfterARefusedOne_HasNoRule()
    {
        var tree = new TestTree();
        Write(tree, "memory/memory40/state", "online_movable");
        Write(tree, "memory/memory40/state", "online");
        Assert.That(Entries(tree)[^1].TryGetProperty("rule", out _), Is.False);
    }

    [Test]
    public void DimmsAndLoads_AreEntered_BeforeTheWrites()
    {
        var tree = new TestTree();
        Write(tree, "hotplugfs/dimms/plug", "node=1 size=128M id=d");
        Write(tree, "hotplugfs/load/start", "id=app size=1M");
        Write(tree, "hotplugfs/load/stop", "app");
        Write(tree, "hotplugfs/dimms/unplug", "d");
        Assert.That(Entries(tree).Select(Kind), Is.EqualTo(
            new[] { "uevent", "plug d", "file", "load app", "file", "stop app", "file", "uevent", "unplug d", "file" }));
    }

    /// <summary>While an offline waits, another write is entered first; each has the zone that its own block had before.</summary>
    [Test]
    public void Write_ThatWaits_IsEnteredAtItsEnd_WithTheZoneAtItsBeginning()
    {
        var clock = new ManualClock();
        var tree = new TestTree(kernel: "6.12", clock: clock);
        Write(tree, "hotplugfs/faults", "memory34 offline take=2s");
        var count = Entries(tree).Length;
        Assert.That(Write(tree, "memory/memory34/state", "offline", new Caller(1)), Is.EqualTo(nameof(Errno.EWAITING)));
        Write(tree, "memory/memory41/power/control", "on", new Caller(2));
        clock.Advance(TimeSpan.FromSeconds(2));
        Write(tree, "memory/memory34/state", "offline", new Caller(1, HasWaited: true));
        var entries = Entries(tree)[count..];
        Assert.That(entries.Select(Kind), Is.EqualTo(new[] { "file", "uevent", "file" }));
        Assert.That(entries[^1].GetProperty("time").GetDouble(), Is.EqualTo(2));
        Assert.That((Text(entries[^1], "zone_before"), Text(entries[^1], "zone_after")), Is.EqualTo(("Normal", "")));
        Assert.That(Text(entries[0], "zone_before"), Is.Empty);
    }

    [TestCase("a\"b\\c\n", "a\"b\\c")]
    [TestCase("\u00ff\u0001x", "\u00ff\u0001x")]
    [TestCase("\u00e9\u00df", "\u00e9\u00df")]
    public void Text_OfAnyBytes_IsValidJson(string latin1, string expected)
    {
        var tree = new TestTree();
        var file = tree.Tree.Open(tree.Find("memory/memory40/state"), OpenFlags.WriteOnly).Value;
        tree.Tree.Write(default, file, Encoding.Latin1.GetBytes(latin1));
        Assert.That(Text(Entries(tree)[^1], "text"), Is.EqualTo(expected));
    }

    [Test]
    public void FullJournal_DropsTheOldest_AndTheirNumbersAreMissing()
    {
        var tree = new TestTree();
        for (var i = 0; i < 10_000; i++)
            Write(tree, "memory/memory40/power/control", "auto");
        var entries = Entries(tree);
        var first = entries[0].GetProperty("n").GetInt64();
        Assert.That(first, Is.GreaterThan(1));
        var numbers = entries.Select(entry => entry.GetProperty("n").GetInt64());
        Assert.That(numbers, Is.EqualTo(Enumerable.Range(0, entries.Length).Select(i => first + i)));
    }

    private static string Write(TestTree tree, string path, string text, Caller? caller = null)
    {
        var file = tree.Tree.Open(tree.Find(path), OpenFlags.WriteOnly).Value;
        var written = tree.Tree.Write((caller ?? default) with { Pid = 7, Uid = 8 }, file, Encoding.UTF8.GetBytes(text));
        tree.Tree.OpenFiles.Release(file);
        return written.TryGet(out var count, out var error) ? $"{count}" : error.Name();
    }

    private static JsonElement[] Entries(TestTree tree)
    {
        var file = tree.Tree.Open(tree.Find(Journal), OpenFlags.ReadOnly).Value;
        var buffer = new byte[LineLog.CapacityBytes];
        var count = file.Read(0, buffer).Value;
        tree.Tree.OpenFiles.Release(file);
        return
        [
            .. Encoding.UTF8.GetString(buffer, 0, count).Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => JsonDocument.Parse(line).RootElement),
        ];
    }

    private static string? Text(JsonElement entry, string key) => entry.GetProperty(key).GetString();

    /// <summary>What an entry is about, and of DIMMs and loads which one.</summary>
    private static string Kind(JsonElement entry)
    {
        foreach (var key in new[] { "uevent", "file" })
            if (entry.TryGetProperty(key, out _))
                return key;
        var property = entry.EnumerateObject().Last();
        return $"{property.Name} {property.Value}";
    }
}
