using System.Diagnostics;

namespace HotplugFs.Cli.Tests;

/// <summary>
/// The program as a process, started through the runtime's host and through its own file; the daemon is started in the same way.
/// </summary>
[CancelAfter(60_000)]
public sealed class ProgramTests
{
    private static readonly string Directory = AppContext.BaseDirectory;

    private string _mountPoint = "";

    [SetUp]
    public void MakeMountPoint()
    {
        _mountPoint = System.IO.Directory.CreateTempSubdirectory("hotplugfs-cli-").FullName;
    }

    [TearDown]
    public void Unmount()
    {
        if (IsMounted)
            Run("umount", "-l", _mountPoint);
        System.IO.Directory.Delete(_mountPoint);
    }

    private bool IsMounted => File.ReadAllText("/proc/self/mountinfo").Contains($" {_mountPoint} ", StringComparison.Ordinal);

    private static IEnumerable<string[]> Programs() =>
    [
        ["dotnet", Path.Combine(Directory, "hotplugfs.dll")],
        [Path.Combine(Directory, "hotplugfs")],
    ];

    [TestCaseSource(nameof(Programs))]
    public void Mount_ThroughEveryHost_ReturnsWhenTheMountAnswers(params string[] program)
    {
        RequireDevice();

        var (status, output, error) = Run([.. program, "mount", _mountPoint]);

        Assert.That(error, Is.Empty);
        Assert.That(status, Is.Zero);
        Assert.That(output, Does.StartWith($"machine default, kernel 4.9, is mounted on {_mountPoint}\n"));
        Assert.That(File.ReadAllText($"{_mountPoint}/sys/devices/system/memory/memory43/valid_zones"), Is.EqualTo("Normal Movable\n"));

        Assert.That(Run([.. program, "unmount", _mountPoint]).Status, Is.Zero);
        Assert.That(IsMounted, Is.False);
    }

    [TestCaseSource(nameof(Programs))]
    public void Mount_Failure_PrintsTheDaemonsMessageInOneLine(params string[] program)
    {
        var (status, output, error) = Run([.. program, "mount", $"{_mountPoint}/missing"]);

        Assert.That(status, Is.EqualTo(1));
        Assert.That(output, Is.Empty);
        Assert.That(error, Does.StartWith($"hotplugfs: {_mountPoint}/missing: no such directory").And.Not.Contain("\n "));
    }

    [TestCaseSource(nameof(Programs))]
    public void Mount_UsageErrorFoundByTheDaemon_IsReportedAsAnyOther(params string[] program)
    {
        var (status, output, error) = Run([.. program, "mount", _mountPoint, "--kernel", "1.0", "-o", "nonsense"]);

        Assert.That(status, Is.EqualTo(2));
        Assert.That(output, Is.Empty);
        Assert.That(error, Does.Contain("hotplugfs: unknown kernel \"1.0\"; before 3.8")
            .And.Contain("hotplugfs: unknown mount option \"nonsense\"").And.EndsWith("\nTry: hotplugfs mount --help\n"));
    }

    [TestCase("unmount", "--help")]
    [TestCase("--man")]
    public void Output_WriteError_IsOneLineAndStatus1(params string[] args)
    {
        var (status, _, error) = RunInShell("> /dev/full", args);

        Assert.That(status, Is.EqualTo(1));
        Assert.That(error, Is.EqualTo("hotplugfs: standard output: No space left on device\n"));
    }

    [Test]
    public void Output_ClosedPipe_IsNoError()
    {
        var (status, _, error) = RunInShell("| exec true; exit ${PIPESTATUS[0]}", "--man");

        Assert.That((status, error), Is.EqualTo((0, "")));
    }

    private static (int Status, string Output, string Error) RunInShell(string ending, params string[] args) =>
        Run(["bash", "-c", $"\"$0\" \"$@\" {ending}", .. Programs().Last(), .. args]);

    [Test]
    public void Mount_KernelAndMovableNode_OverrideTheMachine()
    {
        RequireDevice();

        var (_, output, _) = Run([.. Programs().Last(), "mount", _mountPoint, "--machine", "memoryless-node", "--movable-node"]);

        Assert.That(output, Does.StartWith("machine memoryless-node, kernel 4.9 with movable_node, is mounted on"));
        Assert.That(File.Exists($"{_mountPoint}/sys/devices/system/node/has_memory"), Is.True);
        Run([.. Programs().Last(), "unmount", _mountPoint]);
    }

    private static void RequireDevice()
    {
        if (File.Exists("/dev/fuse"))
            return;
        const string reason = "/dev/fuse is missing: no mount can be tested (in a container: --device /dev/fuse --cap-add SYS_ADMIN)";
        if (Environment.GetEnvironmentVariable("CI") == "true")
            Assert.Fail(reason);
        Assert.Ignore(reason);
    }

    private static (int Status, string Output, string Error) Run(params string[] command)
    {
        var start = new ProcessStartInfo(command[0]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in command[1..])
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        // Returns when every process has closed the other end, so a daemon that inherited it would block this.
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }
}
