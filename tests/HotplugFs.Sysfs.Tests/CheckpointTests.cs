using HotplugFs.Engine.Memory;
using HotplugFs.Kernels;
using HotplugFs.Kernfs;
using HotplugFs.Sysfs.Control;

namespace HotplugFs.Sysfs.Tests;

/// <summary>The checkpoints of a machine (docs/state.md).</summary>
public sealed class CheckpointTests
{
    private static IEnumerable<string> Kernels => KernelCatalogue.All.Select(kernel => kernel.Name);

    [TestCaseSource(nameof(Kernels))]
    public void Restore_AfterRandomWrites_BringsBackEveryField(string kernel)
    {
        var seed = NextSeed();
        var (tree, clock) = Start(kernel);
        var writes = new RandomWrites(tree, clock, seed);
        for (var round = 0; round < 2; round++)
        {
            writes.Do(40);
            writes.EndWaits();
            tree.Write("hotplugfs/checkpoint", "a");
            var before = StateText.Of(tree);
            writes.Do(40);
            tree.Write("hotplugfs/restore", "a");
            StateText.Compare(StateText.Of(tree), before);
            writes.ContinueWaiting();
            Assert.That(writes.IsWaiting, Is.False, "a write still waits");
        }
    }

    [TestCaseSource(nameof(Kernels))]
    public void WritesAfterRestore_DoWhatTheyDoOnAMachineThatWasNeverChanged(string kernel)
    {
        var seed = NextSeed();
        var all = new List<string>[2];
        for (var isChanged = 0; isChanged < 2; isChanged++)
        {
            var (tree, clock) = Start(kernel);
            var writes = new RandomWrites(tree, clock, seed);
            writes.Do(60);
            writes.EndWaits();
            tree.Write("hotplugfs/checkpoint", "a");
            writes.Do(60 * isChanged);
            writes.EndWaits();
            tree.Write("hotplugfs/restore", "a");
            writes.Restart(seed + 1);
            writes.Do(60);
            writes.EndWaits();
            all[isChanged] = [.. writes.Results, .. StateText.ReadAll(tree)];
        }
        Assert.That(all[1], Is.EqualTo(all[0]));
    }

    [Test]
    public void Restore_ChangesTheFilesBack()
    {
        var tree = new TestTree();
        var plain = StateText.ReadAll(tree);
        tree.Write("hotplugfs/checkpoint", "clean\n");
        tree.Write("hotplugfs/dimms/plug", "id=x node=1 size=256M");
        tree.Write("memory/memory48/state", "online_movable");
        tree.Write("memory/memory34/power/control", "on");
        tree.Write("hotplugfs/load/start", "id=app size=300M");
        tree.Write("hotplugfs/faults", "any offline EBUSY times=2");
        tree.Write("proc/sys/vm/min_free_kbytes", "12345");
        tree.Write("hotplugfs/migration_rate", "2s");
        var node = tree.Find("memory/memory34/state");
        tree.Tree.SetAttributes(node, new AttributesChange { Mode = ModeBits.Mode0600 });
        Assert.That(tree.Write("hotplugfs/restore", "clean\n").IsOk);
        Assert.That(StateText.ReadAll(tree).Where(line => !line.StartsWith("/hotplugfs/", StringComparison.Ordinal)),
            Is.EqualTo(plain.Where(line => !line.StartsWith("/hotplugfs/", StringComparison.Ordinal))));
        Assert.Multiple(() =>
        {
            Assert.That(tree.Find("memory/memory34/state"), Is.EqualTo(node), "a block that stayed has the same node");
            Assert.That(tree.Mode("memory/memory34/state") & ModeBits.PermissionMask, Is.EqualTo(ModeBits.Mode0644));
            Assert.That(tree.LastLogLine, Is.EqualTo("restored checkpoint clean"));
            Assert.That(tree.Read("hotplugfs/checkpoint"), Is.EqualTo("clean\n"));
            Assert.That(tree.Read("hotplugfs/faults"), Is.Empty);
        });
    }

    [Test]
    public void Reset_OfAnyState_IsTheStateAtTheStart()
    {
        var (tree, clock) = Start("6.12");
        var plain = StateText.Of(tree);
        var writes = new RandomWrites(tree, clock, NextSeed());
        writes.Do(60);
        tree.Write("hotplugfs/reset", "1\n");
        writes.ContinueWaiting();
        // The log has a line about it.
        tree.Write("hotplugfs/reset", "1\n");
        StateText.Compare(StateText.Of(tree), plain);
    }

    [Test]
    public void Restore_OfABlockThatWasRemoved_GivesItAnotherNode()
    {
        var tree = new TestTree();
        tree.Write("hotplugfs/dimms/plug", "id=x node=1 size=128M");
        tree.Write("hotplugfs/checkpoint", "a");
        var file = tree.Tree.Open(tree.Find("memory/memory48/state"), OpenFlags.ReadOnly).Value;
        var dimm = tree.Tree.Open(tree.Find("hotplugfs/dimms/x/size"), OpenFlags.ReadOnly).Value;
        tree.Write("hotplugfs/dimms/unplug", "x");
        _ = tree.Changes();
        tree.Write("hotplugfs/restore", "a");
        var changes = tree.Changes();
        Assert.Multiple(() =>
        {
            Assert.That(file.Read(0, new byte[10]).Error, Is.EqualTo(Errno.ENODEV), "what was open on the block that was removed");
            Assert.That(dimm.Read(0, new byte[10]).Error, Is.EqualTo(Errno.ENODEV), "what was open on the DIMM");
            Assert.That(tree.Read("memory/memory48/state"), Is.EqualTo("offline\n"));
            Assert.That(tree.Read("hotplugfs/dimms/x/size"), Is.EqualTo("134217728\n"));
            Assert.That(changes, Does.Contain("sys/devices/system/memory: memory48").And.Contain("hotplugfs/dimms: x"));
        });
        var again = tree.Tree.Open(tree.Find("memory/memory48/state"), OpenFlags.ReadOnly).Value;
        tree.Write("hotplugfs/restore", "a");
        Assert.That(again.Read(0, new byte[10]).IsOk, "nothing was removed since, so the file stays");
    }

    [Test]
    public void Restore_OfAStateWithoutABlock_RemovesIt()
    {
        var tree = new TestTree();
        tree.Write("hotplugfs/checkpoint", "a");
        tree.Write("hotplugfs/dimms/plug", "id=x node=1 size=128M");
        var file = tree.Tree.Open(tree.Find("memory/memory48/state"), OpenFlags.ReadOnly).Value;
        _ = tree.Changes();
        tree.Write("hotplugfs/restore", "a");
        Assert.That(file.Read(0, new byte[10]).Error, Is.EqualTo(Errno.ENODEV));
        Assert.That(tree.Changes(), Does.Contain("sys/devices/system/memory: memory48"));
        tree.Write("hotplugfs/dimms/plug", "id=y node=1 size=128M");
        Assert.That(file.Read(0, new byte[10]).Error, Is.EqualTo(Errno.ENODEV), "the number of a DIMM is used again, but not the file");
    }

    [Test]
    public void Restore_WhileAWriteWaits_EndsItWithEintr()
    {
        var (tree, _) = Start("6.12");
        tree.Write("hotplugfs/checkpoint", "a");
        tree.Write("hotplugfs/migration_rate", "60s");
        var file = tree.Tree.Open(tree.Find("memory/memory34/state"), OpenFlags.WriteOnly).Value;
        var waiting = tree.Tree.Write(new Caller(1), file, "offline"u8);
        Assert.That(waiting.Error, Is.EqualTo(Errno.EWAITING));
        Assert.That(tree.Write("hotplugfs/checkpoint", "b").Error, Is.EqualTo(Errno.EBUSY), "an operation cannot be saved");
        Assert.That(tree.LastLogLine, Is.EqualTo("checkpoint: an operation waits, which a checkpoint cannot hold [operation-waits]"));
        Assert.That(tree.Write("hotplugfs/restore", "a").IsOk);
        Assert.That(tree.Read("memory/memory34/state"), Is.EqualTo("online\n"));
        Assert.That(tree.Tree.Write(new Caller(1, HasWaited: true), file, "offline"u8).Error, Is.EqualTo(Errno.EINTR));
        Assert.That(tree.Read("memory/memory34/state"), Is.EqualTo("online\n"));
        Assert.That(tree.Read("hotplugfs/journal"), Does.Contain("\"errno\":\"EINTR\",\"rule\":\"state-restored\""));
        Assert.That(tree.Tree.Write(new Caller(2), file, "offline"u8).IsOk, "the machine is free, and has no rate");
    }

    [TestCase("")]
    [TestCase("any read state EIO times=1")]
    public void Restore_WhileAReadWaits_LetsItReadWithoutAFault(string fault)
    {
        var (tree, _) = Start("6.12");
        tree.Write("hotplugfs/faults", fault);
        tree.Write("hotplugfs/checkpoint", "a");
        var faults = tree.Read("hotplugfs/faults");
        tree.Write("hotplugfs/faults", "clear\nany read state take=60s");
        var file = tree.Tree.Open(tree.Find("memory/memory34/state"), OpenFlags.ReadOnly).Value;
        Assert.That(file.Read(0, new byte[10]).Error, Is.EqualTo(Errno.EWAITING));
        tree.Write("hotplugfs/restore", "a");
        Assert.That(file.Read(0, new byte[10]).Value, Is.EqualTo("online\n".Length));
        Assert.That(tree.Read("hotplugfs/faults"), Is.EqualTo(faults), "it uses no fault up");
    }

    [Test]
    public void Logs_AfterRestore_GoOnForReadersAndAreShorterForNewOnes()
    {
        var tree = new TestTree();
        tree.Write("memory/memory34/state", "junk");
        tree.Write("hotplugfs/checkpoint", "a");
        var log = tree.Tree.Open(tree.Find("hotplugfs/log"), OpenFlags.ReadOnly).Value;
        var behind = tree.Tree.Open(tree.Find("hotplugfs/log"), OpenFlags.ReadOnly).Value;
        var buffer = new byte[4096];
        behind.Read(0, buffer.AsSpan(0, 5));
        tree.Write("memory/memory34/state", "rubbish");
        var end = log.Read(0, buffer).Value;
        tree.Write("hotplugfs/restore", "a");
        var count = log.Read(end, buffer).Value;
        Assert.That(Encoding.UTF8.GetString(buffer, 0, count), Is.EqualTo("restored checkpoint a\n"));
        count = behind.Read(5, buffer).Value;
        Assert.That(Encoding.UTF8.GetString(buffer, 0, count), Is.EqualTo("restored checkpoint a\n"), "what it had not read never happened");
        Assert.That(tree.Log, Does.Contain("junk").And.Not.Contain("rubbish"));
    }

    [TestCase("", "EINVAL")]
    [TestCase("a/b", "EINVAL")]
    [TestCase("a\nb", "EINVAL")]
    [TestCase("a b", "EINVAL")]
    [TestCase("clear x", "ENOENT")]
    [TestCase("..", "EINVAL")]
    public void Checkpoint_WithAWrongName_IsRefused(string name, string error)
    {
        var tree = new TestTree();
        Assert.That(tree.Write("hotplugfs/checkpoint", name + "\n").Error.Name(), Is.EqualTo(error));
        Assert.That(tree.Read("hotplugfs/checkpoint"), Is.Empty);
        Assert.That(tree.LastLogLine, Does.StartWith("checkpoint: "));
    }

    [Test]
    public void Checkpoint_WithALongName_IsRefused() =>
        Assert.That(new TestTree().Write("hotplugfs/checkpoint", new string('a', 65)).Error, Is.EqualTo(Errno.EINVAL));

    [Test]
    public void Checkpoints_HaveABound()
    {
        var tree = new TestTree();
        for (var i = 0; i < 64; i++)
            Assert.That(tree.Write("hotplugfs/checkpoint", $"c{i}").IsOk);
        Assert.That(tree.Write("hotplugfs/checkpoint", "more").Error, Is.EqualTo(Errno.ENOSPC));
        Assert.That(tree.Write("hotplugfs/checkpoint", "c63").IsOk, "in place of the older one");
        Assert.That(tree.Write("hotplugfs/checkpoint", "clear c1").IsOk);
        Assert.That(tree.Write("hotplugfs/checkpoint", "more").IsOk);
        Assert.That(tree.Write("hotplugfs/checkpoint", "clear\n").IsOk);
        Assert.That(tree.Read("hotplugfs/checkpoint"), Is.Empty);
    }

    [Test]
    public void Restore_OfAnUnknownName_SaysWhichThereAre()
    {
        var tree = new TestTree();
        Assert.That(tree.Write("hotplugfs/restore", "x").Error, Is.EqualTo(Errno.ENOENT));
        Assert.That(tree.LastLogLine, Is.EqualTo("restore: no checkpoint is named \"x\" (there is none) [not-found]"));
        tree.Write("hotplugfs/checkpoint", "a");
        tree.Write("hotplugfs/checkpoint", "b");
        tree.Write("hotplugfs/restore", "x");
        Assert.That(tree.LastLogLine, Is.EqualTo("restore: no checkpoint is named \"x\" (there are: a, b) [not-found]"));
    }

    [TestCase("0")]
    [TestCase("")]
    public void Reset_WithAnotherText_IsRefused(string text) =>
        Assert.That(new TestTree().Write("hotplugfs/reset", text + "\n").Error, Is.EqualTo(Errno.EINVAL));

    [Test]
    public void Restore_SendsNoUevent()
    {
        var tree = new TestTree();
        tree.Write("hotplugfs/checkpoint", "a");
        tree.Write("memory/memory34/state", "offline");
        var sent = 0;
        tree.MachineTree.Uevents.Sent += _ => sent++;
        tree.Write("hotplugfs/restore", "a");
        Assert.That(sent, Is.Zero);
        Assert.That(tree.Read("memory/memory34/state"), Is.EqualTo("online\n"));
    }

    private static int NextSeed()
    {
        var seed = TestContext.Parameters.Get("seed", TestContext.CurrentContext.Random.Next());
        TestContext.Out.WriteLine($"seed {seed}");
        return seed;
    }

    private static (TestTree Tree, ManualClock Clock) Start(string kernel)
    {
        var clock = new ManualClock();
        return (new TestTree(kernel: kernel, clock: clock), clock);
    }
}
