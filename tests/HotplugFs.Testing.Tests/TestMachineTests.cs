namespace HotplugFs.Testing.Tests;

/// <summary>The machine in process.</summary>
public sealed class TestMachineTests
{
    [Test]
    public void Machine_HasUeventsLogAndJournal()
    {
        using var machine = TestMachine.Start();
        Assert.That(machine.Write("memory40/state", "online_movable"), Is.EqualTo(Errno.EINVAL));
        Assert.That(machine.Write("dimms/plug", "node=1 size=128M id=late"), Is.Null);
        Assert.That(machine.Log, Has.One.EndsWith("[not-at-boundary]"));
        Assert.That(machine.Uevents.Select(uevent => uevent.Action), Does.Contain("add"));
        Assert.That(machine.Journal[0].Error, Is.EqualTo("EINVAL"));
        Assert.That((machine.Exists("dimms/late"), machine.Exists("memory99")), Is.EqualTo((true, false)));
    }

    [Test]
    public void Write_ThatWaits_IsRefusedWithoutATrace()
    {
        using var machine = TestMachine.Start(kernel: "6.12");
        machine.Write("memory40/state", "online");
        machine.Faults.Add("memory40 offline take=3s");
        Assert.That(() => machine.Write("memory40/state", "offline"), Throws.InvalidOperationException.With.Message.Contains("BeginWrite"));
        Assert.That(machine.Read("memory40/state"), Is.EqualTo("online"));
    }

    [Test]
    public void BeginWrite_GoesOnWithTheTime_AndOthersWaitForIt()
    {
        using var machine = TestMachine.Start(kernel: "6.12");
        machine.Write("memory40/state", "online");
        machine.Faults.Add("memory40 offline take=3s");
        var (first, second) = (machine.BeginWrite("memory40/state", "offline"), machine.BeginWrite("dimms/plug", "node=1 size=128M id=late"));
        machine.Advance(TimeSpan.FromSeconds(1));
        Assert.That((first.IsDone, second.IsDone), Is.EqualTo((false, false)));
        machine.Advance(TimeSpan.FromSeconds(2));
        Assert.That((first.IsDone, first.Error, second.IsDone, second.Error), Is.EqualTo((true, (Errno?)null, true, (Errno?)null)));
    }

    [Test]
    public void Scenario_RunsWithTheTime()
    {
        using var machine = TestMachine.Start(scenario: "[[at]]\ntime = \"2s\"\nplug = \"node=1 size=128M id=late\"\n");
        machine.Advance(TimeSpan.FromSeconds(2));
        Assert.That(machine.Exists("dimms/late"));
    }

    [Test]
    public void Problems_AreExceptionsThatSayWhatIsWrong()
    {
        using var machine = TestMachine.Start();
        Assert.That(() => TestMachine.Start("defualt"), Throws.Exception.With.Message.Contains("did you mean default?"));
        Assert.That(() => TestMachine.Start(kernel: "9"), Throws.Exception.With.Message.Contains("unknown kernel"));
        Assert.That(() => machine.Faults.Add("memory43 offline EBUSSY"), Throws.ArgumentException.With.Message.Contains("EBUSSY"));
        Assert.That(() => machine.Read("memory99/state"), Throws.TypeOf<FileNotFoundException>());
        machine.Faults.Add("memory40 read state EIO");
        Assert.That(() => machine.Read("memory40/state"), Throws.TypeOf<IOException>().With.Message.EqualTo("memory40/state: EIO"));
        machine.Faults.Clear();
        Assert.That(machine.Faults.Left, Is.Empty);
    }
}
