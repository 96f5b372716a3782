using HotplugFs.Sysfs.Control;

namespace HotplugFs.Sysfs.Tests;

/// <summary><c>clock</c> and <c>migration_rate</c>, and what other files show while an offline takes time.</summary>
public sealed class TimeFileTests
{
    private const string Clock = "hotplugfs/clock";
    private const string Rate = "hotplugfs/migration_rate";

    [Test]
    public void Clock_Manual_IsAdvancedByWrites()
    {
        var tree = new TestTree(clock: new ManualClock());
        Assert.That(tree.Read(Clock), Is.EqualTo("manual 0.000\n"));
        tree.Write(Clock, "2s\n");
        tree.Write(Clock, "500ms");
        Assert.That(tree.Read(Clock), Is.EqualTo("manual 2.500\n"));
    }

    [Test]
    public void Clock_OfTheSystem_IsNotAdvanced()
    {
        var tree = new TestTree();
        Assert.That(tree.Read(Clock), Does.Match(@"^system \d+\.\d{3}\n$"));
        Assert.That(tree.Write(Clock, "2s").Error, Is.EqualTo(Errno.EOPNOTSUPP));
        Assert.That(tree.LastLogLine, Is.EqualTo(
            "clock: \"2s\" refused: the clock is the system's; start the machine with --clock manual [not-supported]"));
    }

    [TestCase(Clock, "2", "write a time of at most a day, such as 2s or 500ms")]
    [TestCase(Clock, "-2s", "write a time of at most a day, such as 2s or 500ms")]
    [TestCase(Clock, "86401s", "write a time of at most a day, such as 2s or 500ms")]
    [TestCase(Rate, "fast", "write 64M (bytes a second), 2s or 500ms (each block) or 0 (no time)")]
    [TestCase(Rate, "2 s", "write 64M (bytes a second), 2s or 500ms (each block) or 0 (no time)")]
    public void WrongText_IsRefusedWithTheForm(string file, string text, string form)
    {
        var tree = new TestTree(clock: new ManualClock());
        Assert.That(tree.Write(file, text).Error, Is.EqualTo(Errno.EINVAL));
        Assert.That(tree.LastLogLine, Is.EqualTo($"{file["hotplugfs/".Length..]}: \"{text}\" refused: {form} [invalid-text]"));
    }

    [Test]
    public void MigrationRate_IsShownAsWritten([Values("0", "64M", "2s", "1500ms")] string text)
    {
        var tree = new TestTree();
        Assert.That(tree.Read(Rate), Is.EqualTo("0\n"));
        Assert.That(tree.Write(Rate, text).Value, Is.EqualTo(text.Length));
        Assert.That(tree.Read(Rate), Is.EqualTo(text + "\n"));
    }

    [TestCase("4.9", "Movable Normal")]
    [TestCase("6.12", "Movable Normal")]
    public void Offline_WhileItLasts_OnlyTheFileOnlineWaits(string kernel, string validZones)
    {
        var clock = new ManualClock();
        var tree = new TestTree(kernel: kernel, clock: clock);
        tree.Write("memory/memory43/state", "online_movable");
        tree.Write(Rate, "2s");
        Assert.That(Write(tree, 1, "memory/memory43/state", "offline").Error, Is.EqualTo(Errno.EWAITING));
        Assert.That(tree.Read("memory/memory43/state"), Is.EqualTo("going-offline\n"));
        Assert.That(tree.Read("memory/memory43/valid_zones"), Is.EqualTo(validZones + "\n"));
        Assert.That(tree.Read("memory/memory43/removable"), Is.EqualTo("1\n"));
        Assert.That(tree.ReadOrErrno("memory/memory43/online"), Is.EqualTo(nameof(Errno.EWAITING)));
        Assert.That(tree.Read("memory/memory42/online"), Is.EqualTo("0\n"));
        clock.Advance(TimeSpan.FromSeconds(2));
        Assert.That(Write(tree, 1, "memory/memory43/state", "offline").IsOk);
        Assert.That(tree.Read("memory/memory43/online"), Is.EqualTo("0\n"));
    }

    [TestCase("3.8", Errno.EINVAL)]
    [TestCase("4.4", Errno.EWAITING)]
    [TestCase("4.9", Errno.EWAITING)]
    [TestCase("4.19", Errno.EWAITING)]
    [TestCase("5.10", Errno.EINVAL)]
    [TestCase("6.12", Errno.EINVAL)]
    public void BadWord_WhileAnotherOfflineLasts(string kernel, Errno error)
    {
        var tree = new TestTree(kernel: kernel, clock: new ManualClock());
        tree.Write(Rate, "2s");
        Write(tree, 1, "memory/memory33/state", "offline");
        Assert.That(Write(tree, 2, "memory/memory34/state", "bogus").Error, Is.EqualTo(error));
        Assert.That(Write(tree, 2, "memory/memory34/state", "offline").Error, Is.EqualTo(Errno.EWAITING));
        if (kernel != "3.8")
            Assert.That(Write(tree, 2, "memory/memory34/online", "x").Error, Is.EqualTo(Errno.EINVAL));
    }

    [Test]
    public void OfflineResult_Time_IsThatOfTheBlock()
    {
        var clock = new ManualClock();
        var tree = new TestTree(kernel: "6.12", clock: clock);
        Assert.That(tree.Write("hotplugfs/offline_result", "33 2s").IsOk);
        Assert.That(tree.Read("hotplugfs/offline_result"), Is.EqualTo("default\n33 2s\n"));
        Assert.That(tree.Write("memory/memory34/state", "offline").IsOk);
        Assert.That(Write(tree, 1, "memory/memory33/state", "offline").Error, Is.EqualTo(Errno.EWAITING));
        Assert.That(tree.Machine.Due, Is.EqualTo(TimeSpan.FromSeconds(2)));
    }

    private static Result<int> Write(TestTree tree, ulong caller, string path, string text)
    {
        tree.Tree.Callers!.Enter(new Caller(caller));
        return tree.Write(path, text);
    }
}
