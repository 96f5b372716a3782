using HotplugFs.Sysfs.Control;

namespace HotplugFs.Sysfs.Tests;

/// <summary><c>hotplugfs/faults</c>, and faults that act on reads.</summary>
public sealed class FaultFileTests
{
    private const string Faults = "hotplugfs/faults";
    private const string State = "memory/memory34/state";

    [Test]
    public void Faults_AreListedWithWhatIsLeft_AndCleared()
    {
        var tree = new TestTree();
        Assert.That(tree.Write(Faults, "memory34 offline EBUSY times=2\nany online EIO after=1\n").IsOk);
        Assert.That(tree.Read(Faults), Is.EqualTo("1 memory34 offline EBUSY times=2\n2 any online EIO after=1\n"));
        Assert.That(tree.Write(State, "offline").Error, Is.EqualTo(Errno.EBUSY));
        Assert.That(tree.Write("memory/memory43/state", "online").IsOk);
        Assert.That(tree.Read(Faults), Is.EqualTo("1 memory34 offline EBUSY times=1\n2 any online EIO\n"));
        Assert.That(tree.Write(Faults, "clear 1").IsOk);
        Assert.That(tree.Write(State, "offline").IsOk);
        Assert.That(tree.Read(Faults), Is.EqualTo("2 any online EIO\n"));
        Assert.That(tree.Write(Faults, "clear").IsOk);
        Assert.That(tree.Read(Faults), Is.Empty);
    }

    [TestCase("memory34 offline", Errno.EINVAL, "the outcome is missing; write an errno such as EBUSY")]
    [TestCase("any offline EIO\nmemory34 offline EBSUY", Errno.EINVAL, "\"EBSUY\" is no outcome")]
    [TestCase("clear 7", Errno.ENOENT, "no fault has the number 7")]
    [TestCase("clear x", Errno.ENOENT, "no fault has the number x")]
    public void WrongText_ChangesNothing(string text, Errno error, string reason)
    {
        var tree = new TestTree();
        Assert.That(tree.Write(Faults, text).Error, Is.EqualTo(error));
        Assert.That(tree.LastLogLine, Does.StartWith($"faults: \"{text.Split('\n')[^1]}\" refused: {reason}"));
        Assert.That(tree.Read(Faults), Is.Empty);
    }

    [Test]
    public void OfflineResult_IsAFaultOfItsOwn()
    {
        var tree = new TestTree();
        tree.Write("hotplugfs/offline_result", "EBUSY\n40 2s\n33 default");
        Assert.That(tree.Read(Faults), Is.EqualTo("""
            2 memory40 offline take=2s until=removed
            3 memory33 offline default until=removed
            1 any offline EBUSY

            """));
        tree.Write("hotplugfs/offline_result", "default");
        Assert.That(tree.Read(Faults), Is.Empty);
    }

    [TestCase("memory34 read state EIO times=1", "memory/memory34/state", "EIO online")]
    [TestCase("memory34 read state text=going-offline", "memory/memory34/state", "going-offline going-offline")]
    [TestCase("node1 read state EIO times=1", "memory/memory34/state", "EIO online")]
    [TestCase("node1 read cpulist EPERM times=1", "node/node1/cpulist", "EPERM 1")]
    [TestCase("node0 read state EIO", "memory/memory34/state", "online online")]
    [TestCase("any read state EIO times=1", "memory/memory34/state", "EIO online")]
    [TestCase("any read sys/devices/system/memory/memory34/state EIO times=1", "memory/memory34/state", "EIO online")]
    [TestCase("memory34 read power/control EIO times=1", "memory/memory34/power/control", "EIO auto")]
    [TestCase("memory34 read control EIO times=1", "memory/memory34/power/control", "auto auto")]
    [TestCase("dimm:dimm0 read size text=0 times=1", "hotplugfs/dimms/dimm0/size", "0 536870912")]
    [TestCase("any read block_size_bytes ENOMEM times=1", "memory/block_size_bytes", "ENOMEM 8000000")]
    [TestCase("memory34 read phys_index text=x", "memory/memory34/phys_index", "x x")]
    public void Read_OfAFileWithAFault(string fault, string path, string expected)
    {
        var tree = new TestTree();
        Assert.That(tree.Write(Faults, fault).IsOk, tree.LastLogLine);
        Assert.That($"{tree.ReadOrErrno(path).Trim()} {tree.ReadOrErrno(path).Trim()}", Is.EqualTo(expected));
    }

    /// <summary>A file that the kernel may keep is read through the tree as long as a fault concerns reads.</summary>
    [Test]
    public void Constant_WhileAFaultConcernsReads_IsNone()
    {
        var tree = new TestTree();
        var file = tree.Tree.Open(tree.Find("memory/memory34/phys_index"), OpenFlags.ReadOnly).Value;
        Assert.That(file.HasConstantText);
        tree.Write(Faults, "memory34 read phys_index EIO");
        Assert.That(file.HasConstantText, Is.False);
        tree.Write(Faults, "clear");
        Assert.That(file.HasConstantText);
    }

    [TestCase("memory34 read state take=2s times=1", "online")]
    [TestCase("memory34 read state EIO take=2s times=1", "EIO")]
    [TestCase("memory34 read state text=x take=2s times=1", "x")]
    public void Read_ThatTakesTime_WaitsForIt(string fault, string expected)
    {
        var clock = new ManualClock();
        var tree = new TestTree(clock: clock);
        Assert.That(tree.Write(Faults, fault).IsOk);
        var file = tree.Tree.Open(tree.Find(State), OpenFlags.ReadOnly).Value;
        Assert.That(Read(file), Is.EqualTo(nameof(Errno.EWAITING)));
        Assert.That(tree.ReadOrErrno(State), Is.EqualTo("online\n"), "another reader has no fault left");
        clock.Advance(TimeSpan.FromSeconds(1.999));
        Assert.That(Read(file), Is.EqualTo(nameof(Errno.EWAITING)));
        clock.Advance(TimeSpan.FromSeconds(0.001));
        Assert.That(Read(file), Is.EqualTo(expected));
    }

    [Test]
    public void Read_WhoseFaultIsClearedWhileItWaits_IsAnsweredByTheFile()
    {
        var tree = new TestTree(clock: new ManualClock());
        tree.Write(Faults, "memory34 read state EIO take=2s");
        var file = tree.Tree.Open(tree.Find(State), OpenFlags.ReadOnly).Value;
        Assert.That(Read(file), Is.EqualTo(nameof(Errno.EWAITING)));
        tree.Write(Faults, "clear");
        Assert.That(Read(file), Is.EqualTo("online"));
    }

    private static string Read(Kernfs.KernfsOpenFile file)
    {
        var buffer = new byte[64];
        return file.Read(0, buffer).TryGet(out var count, out var error) ? Encoding.UTF8.GetString(buffer, 0, count).Trim() : error.Name();
    }
}
