using HotplugFs.Cli.Daemon;
using HotplugFs.Cli.Mounting;

namespace HotplugFs.Cli.Tests;

/// <summary>The program as mount(8) calls it, as far as no mount is needed.</summary>
public sealed class MountHelperTests
{
    private static (int Status, string Output, string Error) Run(params string[] args)
    {
        using StringWriter output = new(), error = new();
        return (MountHelper.Run(args, output, error), output.ToString(), error.ToString());
    }

    [TestCase("mount.fuse.hotplugfs", true)]
    [TestCase("/sbin/mount.fuse.hotplugfs", true)]
    [TestCase("/usr/bin/hotplugfs", false)]
    [TestCase("mount.fuse", false)]
    [TestCase("", false)]
    public void IsCalled_Name_Decides(string program, bool isHelper) =>
        Assert.That(MountHelper.IsCalled(program), Is.EqualTo(isHelper));

    [Test]
    public void IsCalled_CopyThatStartsItsDaemon_IsTheProgram() =>
        Assert.That(MachineDaemonProgram.IsCalled(["mount", "--daemon", "--", "/srv/machine"]), Is.True);

    [TestCase("SPEC")]
    [TestCase("DIR", "default")]
    [TestCase("an empty SPEC; write a preset (default, i386,", "", "dir")]
    [TestCase("-o foo is not known; known are kernel=VERSION, machine=NAME|FILE, movable_node", "default", "dir", "-o", "rw,foo")]
    [TestCase("-o kernel=1.0 is not known; known are 3.8, 4.4", "default", "dir", "-o", "kernel=1.0")]
    [TestCase("-o kernel=1.0 is not known", "default", "dir", "-s", "-o", "kernel=1.0")]
    [TestCase("-o kernel= is not known", "default", "dir", "-o", "kernel=")]
    [TestCase("-o movable_node=maybe is not known", "default", "dir", "-o", "movable_node=maybe")]
    [TestCase("-t ext4 is another type; this mounts fuse.hotplugfs", "default", "dir", "-t", "ext4")]
    [TestCase("-N /nothing: there is no such file", "default", "dir", "-N", "/nothing")]
    [TestCase("-x is not an option", "default", "-x")]
    public void Run_BadUsage_IsStatus1(string said, params string[] args)
    {
        var (status, output, error) = Run(args);

        Assert.That(status, Is.EqualTo(1));
        Assert.That(output, Is.Empty);
        Assert.That(error, Does.StartWith("mount.fuse.hotplugfs: ").And.Contain(said).And.EndsWith("Try: mount.fuse.hotplugfs --help\n"));
    }

    [TestCase("did you mean default?", "defualt", "dir", "-f")]
    [TestCase("did you mean large?", "none", "dir", "-f", "-o", "machine=larg")]
    [TestCase("no hotplugfs is mounted there", "default", "/", "-o", "remount,ro")]
    public void Run_Cannot_IsOneLineAndStatus32(string said, params string[] args)
    {
        var (status, output, error) = Run(args);

        Assert.That(status, Is.EqualTo(32));
        Assert.That(output, Is.Empty);
        Assert.That(error, Does.StartWith("mount.fuse.hotplugfs: ").And.Contain(said));
        Assert.That(error.TrimEnd().Split('\n'), Has.Length.EqualTo(1));
    }

    [TestCase("default", "no-such-directory", "-f")]
    [TestCase("none", "no-such-directory", "-fnv", "-o", "kernel=6.12")]
    [TestCase("whatever", "no-such-directory", "-sfn", "-o", "machine=large,foo")]
    public void Run_Fake_MountsNothingAndIsSilent(params string[] args) => Assert.That(Run(args), Is.EqualTo((0, "", "")));
}
