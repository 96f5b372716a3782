namespace HotplugFs.Testing.Tests;

/// <summary>The samples of docs/recipes.md, which <see cref="DocumentTests"/> compares with this file.</summary>
public sealed class Samples
{
    [Test]
    public void Agent_MeetsEbusyTwice()
    {
        using var machine = TestMachine.Start(kernel: "6.12");
        machine.Faults.Add("memory43 online EBUSY times=2");
        Assert.That(machine.Write("memory43/state", "online_movable"), Is.EqualTo(Errno.EBUSY));
        Assert.That(machine.Write("memory43/state", "online_movable"), Is.EqualTo(Errno.EBUSY));
        Assert.That(machine.Write("memory43/state", "online_movable"), Is.Null);
        Assert.That(machine.Read("memory43/valid_zones"), Is.EqualTo("Movable"));
        Assert.That(machine.Journal.Count(entry => entry.Error == "EBUSY"), Is.EqualTo(2));
    }

    [Test]
    public void Offline_TakesTime_AndASignalEndsIt()
    {
        using var machine = TestMachine.Start(kernel: "6.12");
        machine.Write("memory43/state", "online_movable");
        machine.Faults.Add("memory43 offline take=3s");
        var offline = machine.BeginWrite("memory43/state", "offline");
        machine.Advance(TimeSpan.FromSeconds(2));
        Assert.That(machine.Read("memory43/state"), Is.EqualTo("going-offline"));
        offline.Interrupt();
        Assert.That(offline.Error, Is.EqualTo(Errno.EINTR));
    }
}
