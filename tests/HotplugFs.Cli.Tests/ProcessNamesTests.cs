using System.Diagnostics;
using HotplugFs.Cli.Daemon;

namespace HotplugFs.Cli.Tests;

/// <summary>The names of the processes that write, which the journal enters.</summary>
public sealed class ProcessNamesTests
{
    private readonly ProcessNames _names = new();

    [TearDown]
    public void CloseFiles() => _names.Dispose();

    [Test]
    [CancelAfter(20_000)]
    public void Read_FollowsExecAndNoticesTheEnd()
    {
        using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "echo started; read line; exec cat"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        Assert.That(process.StandardOutput.ReadLine(), Is.EqualTo("started"));
        Assert.That(NameOf(process.Id), Is.EqualTo("sh"));

        process.StandardInput.Write("exec\nhere\n");
        process.StandardInput.Flush();
        Assert.That(process.StandardOutput.ReadLine(), Is.EqualTo("here"));
        Assert.That(NameOf(process.Id), Is.EqualTo("cat"));

        process.StandardInput.Close();
        process.WaitForExit();
        Assert.That(NameOf(process.Id), Is.Empty, "after its end");
        Assert.That(NameOf(Environment.ProcessId), Is.EqualTo(File.ReadAllText("/proc/self/comm").TrimEnd('\n')), "another process");
    }

    [Test]
    public void Read_OfAShortBuffer_CutsTheEnd()
    {
        var name = new byte[2];
        Assert.That(_names.Read(Environment.ProcessId, name), Is.EqualTo(2));
        Assert.That(Encoding.UTF8.GetString(name), Is.EqualTo(File.ReadAllText("/proc/self/comm")[..2]));
    }

    private string NameOf(int pid)
    {
        var name = new byte[16];
        return Encoding.UTF8.GetString(name, 0, _names.Read(pid, name));
    }
}
