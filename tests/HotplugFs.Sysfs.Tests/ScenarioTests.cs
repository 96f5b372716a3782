using HotplugFs.Sysfs.Control;

namespace HotplugFs.Sysfs.Tests;

/// <summary>Scenarios: steps at a time and after an event, which run between the writes of clients.</summary>
public sealed class ScenarioTests
{
    [Test]
    public void At_RunsWhenTheClockReachesTheTime()
    {
        var (tree, clock) = Start("[[at]]\ntime = \"2s\"\nplug = \"node=1 size=128M id=late\"\n");
        Step(tree, clock, "1s");
        Assert.That((tree.Exists("hotplugfs/dimms/late"), States(tree)), Is.EqualTo((false, "left")));
        Step(tree, clock, "1s");
        Assert.That((tree.Exists("hotplugfs/dimms/late"), States(tree)), Is.EqualTo((true, "done")));
    }

    /// <summary>One long step of the clock gives the same as many short ones.</summary>
    [TestCase("10s")]
    [TestCase("1s", "1s", "1s", "7s")]
    [TestCase("3s", "7s")]
    public void At_SeveralInOneStepOfTheClock_RunInOrderAtTheirOwnTimes(params string[] steps)
    {
        var (tree, clock) = Start("""
            [[at]]
            time = "3s"
            unplug = "a"
            [[at]]
            time = "1s"
            plug = { node = 1, size = "128M", id = "a" }
            """);
        foreach (var step in steps)
            Step(tree, clock, step);
        var times = Entries(tree).Where(entry => entry.Contains("\"pid\":0") && entry.Contains("dimms/"))
            .Select(entry => entry.Split("\"time\":")[1].Split(',')[0]);
        Assert.That(times, Is.EqualTo(new[] { "1", "3" }));
        Assert.That(States(tree), Is.EqualTo("done done"));
    }

    [TestCase("online memory40", "memory/memory40/state", "online")]
    [TestCase("write memory40/state", "memory/memory40/state", "online")]
    [TestCase("write state", "memory/memory40/state", "online")]
    [TestCase("refused memory40/state", "memory/memory40/state", "online_movable")]
    [TestCase("load app", "hotplugfs/load/start", "id=app size=1M node=0")]
    [TestCase("plug d", "hotplugfs/dimms/plug", "node=1 size=128M id=d")]
    [TestCase("unplug dimm1", "hotplugfs/dimms/unplug", "dimm1")]
    [TestCase("add memory48", "hotplugfs/dimms/plug", "node=1 size=128M id=d")]
    [TestCase("remove memory47", "hotplugfs/dimms/unplug", "dimm1")]
    [TestCase("change memory40", "memory/memory40/uevent", "change")]
    public void On_EachKindOfEvent_RunsAfterIt(string happens, string file, string text)
    {
        var (tree, _) = Start($"[[on]]\nevent = \"{happens}\"\nmigration_rate = \"64M\"\n");
        Write(tree, "hotplugfs/clock", "1s");
        Assert.That(States(tree), Is.EqualTo("left"));
        Write(tree, file, text);
        Assert.That((States(tree), tree.Read("hotplugfs/migration_rate")), Is.EqualTo(("done", "64M\n")));
    }

    [Test]
    public void On_Times_RunsThatOften()
    {
        var (tree, _) = Start("[[on]]\nevent = \"online memory40\"\ntimes = 2\nwrite = { file = \"sys/devices/system/memory/memory40/state\", "
            + "text = \"offline\" }\n");
        Write(tree, "memory/memory40/state", "online");
        Write(tree, "memory/memory40/state", "online");
        Assert.That(tree.Read("memory/memory40/state"), Is.EqualTo("offline\n"));
        Write(tree, "memory/memory40/state", "online");
        Assert.That(tree.Read("memory/memory40/state"), Is.EqualTo("online\n"));
        Assert.That(tree.Read("hotplugfs/scenario"), Does.StartWith("done 1 on online memory40: ").And.EndWith(" (2 of 2)\n"));
    }

    [Test]
    public void Steps_MayStartEachOther()
    {
        var (tree, clock) = Start("""
            [[at]]
            time = "1s"
            load = "id=app size=1M node=0"
            [[on]]
            event = "load app"
            stop = "app"
            [[on]]
            event = "stop app"
            fault = { when = "online", what = "memory40", times = 1, outcome = "EBUSY" }
            """);
        Step(tree, clock, "1s");
        Assert.That((States(tree), tree.Read("hotplugfs/faults")), Is.EqualTo(("done done done", "1 memory40 online EBUSY times=1\n")));
    }

    [Test]
    public void RemoveNode_UnplugsItsDimms()
    {
        var (tree, clock) = Start("[[at]]\ntime = \"1s\"\nremove_node = 1\n[[at]]\ntime = \"2s\"\nremove_node = { node = 1 }\n");
        Step(tree, clock, "2s");
        Assert.That((tree.Exists("hotplugfs/dimms/dimm0"), tree.Exists("hotplugfs/dimms/dimm1")), Is.EqualTo((false, true)), "dimm1 is on node 0");
        Assert.That(tree.Read("hotplugfs/scenario"), Is.EqualTo("""
            done 1 at 1s: remove_node 1
            failed 4 at 2s: remove_node 1: remove_node: node 1 has no DIMM

            """));
    }

    /// <summary>A step that has to wait for an offline waits like a client, and the steps after it go on.</summary>
    [Test]
    public void Step_ThatWaits_LetsOthersGoOn()
    {
        var (tree, clock) = Start("""
            [[at]]
            time = "1s"
            unplug = "dimm1"
            [[at]]
            time = "2s"
            migration_rate = "1M"
            """);
        Write(tree, "memory/memory40/state", "online");
        Write(tree, "hotplugfs/faults", "memory40 offline take=5s");
        Assert.That(Write(tree, "memory/memory40/state", "offline", caller: 77).Error, Is.EqualTo(Errno.EWAITING));
        Step(tree, clock, "3s");
        Assert.That(States(tree), Is.EqualTo("waiting done"));
        Step(tree, clock, "3s");
        Assert.That(Write(tree, "memory/memory40/state", "offline", caller: 77, hasWaited: true).IsOk);
        Assert.That((States(tree), tree.Exists("hotplugfs/dimms/dimm1")), Is.EqualTo(("done done", false)));
    }

    [Test]
    public void Restore_StepsThatRanAfterTheCheckpoint_RunAgain()
    {
        var (tree, clock) = Start("[[at]]\ntime = \"2s\"\nplug = \"node=1 size=128M id=late\"\n");
        Assert.That(Write(tree, "hotplugfs/checkpoint", "start").IsOk);
        Step(tree, clock, "2s");
        Assert.That((States(tree), tree.Exists("hotplugfs/dimms/late")), Is.EqualTo(("done", true)));
        Assert.That(Write(tree, "hotplugfs/restore", "start").IsOk);
        Assert.That((States(tree), tree.Exists("hotplugfs/dimms/late")), Is.EqualTo(("left", false)));
        Step(tree, clock, "2s");
        Assert.That((States(tree), tree.Exists("hotplugfs/dimms/late")), Is.EqualTo(("done", true)));
    }

    [Test]
    public void Tree_WithoutAScenario_HasNoFile() => Assert.That(new TestTree().Exists("hotplugfs/scenario"), Is.False);

    private static (TestTree Tree, ManualClock Clock) Start(string scenario)
    {
        var clock = new ManualClock();
        return (new TestTree(clock: clock, scenario: scenario), clock);
    }

    private static void Step(TestTree tree, ManualClock clock, string time)
    {
        var before = clock.GetTimestamp();
        Assert.That(Write(tree, "hotplugfs/clock", time).IsOk);
        Assert.That(clock.GetTimestamp(), Is.GreaterThan(before));
    }

    private static Result<int> Write(TestTree tree, string path, string text, ulong caller = 2, bool hasWaited = false)
    {
        var file = tree.Tree.Open(tree.Find(path), OpenFlags.WriteOnly).Value;
        var written = tree.Tree.Write(new Caller(caller, hasWaited), file, System.Text.Encoding.UTF8.GetBytes(text));
        tree.Tree.OpenFiles.Release(file);
        return written;
    }

    private static string States(TestTree tree) =>
        string.Join(' ', tree.Read("hotplugfs/scenario").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')[0]));

    private static string[] Entries(TestTree tree) => tree.Read("hotplugfs/journal").Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
