namespace HotplugFs.Linux.Tests;

/// <summary>Starting programs, their exit, and signals.</summary>
public sealed class ProcessTests
{
    [TestCase(0x0000, 0, "ended with status 0")]
    [TestCase(0x0700, 7, "ended with status 7")]
    [TestCase(0xff00, 255, "ended with status 255")]
    [TestCase(0x0009, 137, "was killed by signal 9")]
    [TestCase(0x008b, 139, "was killed by signal 11")]
    public void WaitStatus_OfWaitpid_IsConvertedAsByAShell(int raw, int status, string text)
    {
        var ended = new WaitStatus(raw);
        Assert.That((ended.ExitStatus, ended.ToString()), Is.EqualTo((status, text)));
    }

    [Test]
    public void SignalSet_HasOneBitForEachSignal()
    {
        var set = SignalSet.Of(Signal.SIGHUP, Signal.SIGTERM, 64);
        Assert.That(set[0], Is.EqualTo(1UL | 1UL << 14 | 1UL << 63));
    }

    [Test]
    public void Start_Program_ReportsItsStatus()
    {
        var started = Spawn.Start(new SpawnRequest { Program = "sh", SearchPath = true, Arguments = ["sh", "-c", "exit 7"] });
        Assert.That(SysWait.WaitForExit(started.Value).ExitStatus, Is.EqualTo(7));
    }

    [Test]
    public void Start_MissingProgram_ReturnsENOENT()
    {
        var started = Spawn.Start(new SpawnRequest { Program = "/no/such/program", Arguments = ["program"] });
        Assert.That(started.Error, Is.EqualTo(Errno.ENOENT));
    }

    [Test]
    public void Start_GivenDescriptorAndVariable_ReachTheProgram()
    {
        var (reading, writing) = Unistd.Pipe2(Fcntl.O_CLOEXEC).Value;
        var started = Spawn.Start(new SpawnRequest
        {
            Program = "/bin/sh",
            Arguments = ["sh", "-c", "echo $HOTPLUGFS_TEST >&7"],
            IsDetached = true,
            Given = [(writing, 7)],
            Variables = new Dictionary<string, string> { ["HOTPLUGFS_TEST"] = "value" },
        });
        _ = Unistd.Close(writing);
        var buffer = new byte[100];
        var length = Unistd.Read(reading, buffer).Value;
        _ = Unistd.Close(reading);
        Assert.That(System.Text.Encoding.UTF8.GetString(buffer, 0, length), Is.EqualTo("value\n"));
        Assert.That(SysWait.WaitForExit(started.Value).ExitStatus, Is.Zero);
    }
}
