using HotplugFs.Cli.MountHelper;

namespace HotplugFs.Cli.Tests;

/// <summary>The helper of mount(8), where no mount is needed.</summary>
public sealed class MountHelperTests
{
    private static (int Status, string Output, string Error) Run(params string[] args)
    {
        using StringWriter output = new(), error = new();
        return (CommandLine.RunMountHelper(args, output, error), output.ToString(), error.ToString());
    }

    [TestCase("mount.fuse.hotplugfs", true)]
    [TestCase("/sbin/mount.fuse.hotplugfs", true)]
    [TestCase("/usr/bin/hotplugfs", false)]
    [TestCase("mount.fuse", false)]
    [TestCase("", false)]
    public void IsCalled_Name_Decides(string program, bool isHelper) =>
        Assert.That(MountHelperCommand.IsCalled(program), Is.EqualTo(isHelper));

    [Test]
    public void IsCalled_CopyThatStartsItsDaemon_IsTheDaemon() =>
        Assert.That(DaemonProgram.IsCalled(["mount", "--daemon", "--", "/srv/machine"]), Is.True);

    [TestCase("SPEC")]
    [TestCase("DIR", "default")]
    [TestCase("empty SPEC; write a preset (64tib, arm64-64k,", "", "dir")]
    [TestCase("unknown mount option \"foo\" (known: kernel=VERSION, machine=NAME|FILE, movable_node", "default", "dir", "-o", "rw,foo")]
    [TestCase("unknown kernel \"1.0\"; before 3.8", "default", "dir", "-o", "kernel=1.0")]
    [TestCase("unknown kernel \"1.0\"", "default", "dir", "-s", "-o", "kernel=1.0")]
    [TestCase("unknown mount option \"kernel=\"", "default", "dir", "-o", "kernel=")]
    [TestCase("unknown clock \"sundial\" (known: system, manual)", "default", "dir", "-o", "clock=sundial")]
    [TestCase("unknown mount option \"movable_node=maybe\"", "default", "dir", "-o", "movable_node=maybe")]
    [TestCase("-t ext4: wrong type; this helper mounts fuse.hotplugfs", "default", "dir", "-t", "ext4")]
    [TestCase("-N /nothing: no such file", "default", "dir", "-N", "/nothing")]
    [TestCase("unknown option \"-x\"", "default", "-x")]
    public void Run_UsageError_IsStatus1(string message, params string[] args)
    {
        var (status, output, error) = Run(args);

        Assert.That(status, Is.EqualTo(1));
        Assert.That(output, Is.Empty);
        Assert.That(error, Does.StartWith("mount.fuse.hotplugfs: ").And.Contain(message));
        Assert.That(error, Does.EndWith("Try: mount.fuse.hotplugfs --help\n"));
    }

    [TestCase("did you mean default?", "defualt", "dir", "-f")]
    [TestCase("did you mean large?", "none", "dir", "-f", "-o", "machine=larg")]
    [TestCase("no hotplugfs is mounted there", "default", "/", "-o", "remount,ro")]
    public void Run_Failure_IsOneLineAndStatus32(string message, params string[] args)
    {
        var (status, output, error) = Run(args);

        Assert.That(status, Is.EqualTo(32));
        Assert.That(output, Is.Empty);
        Assert.That(error, Does.StartWith("mount.fuse.hotplugfs: ").And.Contain(message));
        Assert.That(error.TrimEnd().Split('\n'), Has.Length.EqualTo(1));
    }

    [TestCase("default", "no-such-directory", "-f")]
    [TestCase("none", "no-such-directory", "-fnv", "-o", "kernel=6.12")]
    [TestCase("whatever", "no-such-directory", "-sfn", "-o", "machine=large,foo")]
    public void Run_Fake_MountsAndPrintsNothing(params string[] args) => Assert.That(Run(args), Is.EqualTo((0, "", "")));
}
