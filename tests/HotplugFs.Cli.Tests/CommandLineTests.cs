using HotplugFs.Cli.Commands;

namespace HotplugFs.Cli.Tests;

/// <summary>Messages and exit statuses of the program, where no mount is needed.</summary>
public sealed class CommandLineTests
{
    private static (int Status, string Output, string Error) Run(params string[] args)
    {
        using StringWriter output = new(), error = new();
        return (CommandLine.Run(args, output, error), output.ToString(), error.ToString());
    }

    [TestCase("--help")]
    [TestCase("mount", "--help")]
    [TestCase("unmount", "--help")]
    [TestCase("plug", "-h")]
    [TestCase("unplug", "-?")]
    [TestCase("run", "--help")]
    public void Run_Help_HasExamples(params string[] args)
    {
        var (status, output, error) = Run(args);

        Assert.That(status, Is.Zero);
        Assert.That(output, Does.Contain("Examples:").And.Contain("  hotplugfs "));
        Assert.That(error, Is.Empty);
    }

    [Test]
    public void Run_HelpOfMount_NamesPresetsAndOptionsButNotTheDaemon()
    {
        var (_, output, _) = Run("mount", "--help");

        Assert.That(output, Does.Contain("memoryless-node").And.Contain("allow_other").And.Not.Contain("--daemon"));
    }

    [Test]
    public void Run_Version_IsPrinted()
    {
        var (status, output, _) = Run("--version");

        Assert.That(status, Is.Zero);
        Assert.That(output, Does.Match(@"^\d+\.\d+\.\d+"));
    }

    [TestCase("unknown subcommand \"mont\"; did you mean mount? (known: run, mount, unmount", "mont")]
    [TestCase("unknown subcommand \"x\" (known: run", "x", "y", "z")]
    [TestCase("unknown option \"--movable_node\"; did you mean --movable-node?", "--movable_node")]
    [TestCase("unknown option \"--movable_node\"; did you mean --movable-node?", "mount", "dir", "--movable_node")]
    [TestCase("unknown option \"--kernal=6.1\"; did you mean --kernel?", "mount", "--kernal=6.1", "dir")]
    [TestCase("unknown option \"-k\" (options of run stand before --, the command after it)", "run", "-k", "6.12")]
    [TestCase("unknown kernel \"rhel5\" (known: every version from 3.8 on, newest, amzn2", "mount", "dir", "--kernel", "rhel5")]
    [TestCase("DIR", "mount")]
    [TestCase("unknown option \"--nonsense\"", "mount", "--nonsense")]
    [TestCase("unknown option \"-x\"", "mount", "-x", "dir")]
    [TestCase("unexpected argument \"other\"", "mount", "dir", "other")]
    [TestCase("unknown mount option \"nonsense\" (known: allow_other", "mount", "dir", "-o", "nonsense")]
    [TestCase("unknown kernel \"1.0\"; before 3.8, no zone could be chosen (known: ", "mount", "dir", "--kernel", "1.0")]
    [TestCase("--sync and --recover need --state FILE", "mount", "dir", "--sync")]
    [TestCase("name the checkpoint, or list them with --list", "checkpoint")]
    [TestCase("--list and --clear take no other words than the directory", "checkpoint", "dir", "name", "--clear", "all")]
    [TestCase("unknown clock \"sundial\" (known: system, manual)", "mount", "dir", "--clock", "sundial")]
    [TestCase("--movable-node must be true or false, not \"maybe\"", "mount", "dir", "--movable-node=maybe")]
    [TestCase("--movable-node must be true or false, not \"\"", "run", "--movable-node=", "--", "true")]
    [TestCase("DIR", "unmount")]
    [TestCase("--size", "plug", "dir", "--node", "1")]
    [TestCase("--node", "plug", "dir", "--size", "1G")]
    [TestCase("--node \"one\" is not a number", "plug", "dir", "--size", "1G", "--node", "one")]
    [TestCase("--size \"12X\" is not a size in bytes (example: --size 512M)", "plug", "dir", "--node", "1", "--size", "12X")]
    [TestCase("--at \"here\" is not an address in bytes", "plug", "dir", "--node", "1", "--size", "1G", "--at", "here")]
    [TestCase("--id \"a/b\" is not a valid name", "plug", "dir", "--node", "1", "--size", "1G", "--id", "a/b")]
    [TestCase("--id \"plug\" is not a valid name", "plug", "dir", "--node", "1", "--size", "1G", "--id", "plug")]
    [TestCase("ID", "unplug")]
    [TestCase("three", "unplug", "one", "two", "three")]
    [TestCase("unknown kernel \"1.0\"", "run", "--kernel", "1.0", "--", "true")]
    public void Run_UsageError_NamesItAndTheHelp(string message, params string[] args)
    {
        var (status, output, error) = Run(args);

        Assert.That(status, Is.EqualTo(2));
        Assert.That(output, Is.Empty);
        Assert.That(error, Does.Contain(message).And.Contain("Try: hotplugfs").And.Contain("--help"));
    }

    [Test]
    public void Run_WithoutArguments_PrintsTheHelpAsAnError()
    {
        var (status, output, error) = Run();

        Assert.That((status, output), Is.EqualTo((2, "")));
        Assert.That(error, Is.EqualTo(Run("-h").Output));
    }

    [Test]
    public void Run_UsageErrorAfterOtherRuns_IsReportedOnce()
    {
        Run("mount", "dir", "-o", "nonsense");
        var (_, _, error) = Run("mount", "dir", "-o", "nonsense");

        Assert.That(error.TrimEnd().Split('\n'), Has.Length.EqualTo(2));
    }

    [TestCase("no-such-directory", "mount", "no-such-directory", "--foreground")]
    [TestCase("this directory has no sys/devices/system/memory", "mount", "dir", "--foreground", "--machine", "/proc/sys/vm")]
    [TestCase("did you mean default?", "mount", "dir", "--foreground", "--machine", "defalt")]
    [TestCase("the machine has no such directory", "mount", "dir", "--foreground", "-o", "subtree=sys/nothing")]
    [TestCase("/h/no-such-directory", "mount", "/h/no-such-directory", "--foreground")]
    [TestCase("/h: No such file", "unmount", "/h")]
    [TestCase("/h: No such file", "umount", "/h")]
    [TestCase("no-such-directory", "unmount", "no-such-directory")]
    [TestCase("no hotplugfs is mounted there", "unmount", "/")]
    [TestCase("no machine is mounted there", "plug", "/", "--node", "0", "--size", "1G")]
    [TestCase("no machine is mounted there", "unplug", "/", "dimm0")]
    public void Run_Failure_IsOneLineAndStatus1(string message, params string[] args)
    {
        var (status, output, error) = Run(args);

        Assert.That(status, Is.EqualTo(1));
        Assert.That(output, Is.Empty);
        Assert.That(error, Does.StartWith("hotplugfs: ").And.Contain(message));
        Assert.That(error.TrimEnd().Split('\n'), Has.Length.EqualTo(1));
    }

    [TestCase(true, "mount", "dir", "--foreground")]
    [TestCase(true, "mount", "-fo", "ro", "dir")]
    [TestCase(false, "mount", "--help")]
    [TestCase(false, "mount", "dir")]
    [TestCase(false, "run", "-f")]
    public void MountLaunch_CommandLine_MayMeanTheForeground(bool mayBe, params string[] args) =>
        Assert.That(MountLaunch.MayBeInForeground(args), Is.EqualTo(mayBe));

    [TestCase(true, "mount", "dir")]
    [TestCase(true, "mount")]
    [TestCase(true, "mount", "dir", "--kernel", "6.12", "--machine=default", "-o", "ro", "--movable-node", "--clock=manual")]
    [TestCase(true, "mount", "dir", "--state", "file", "--sync", "--recover")]
    [TestCase(false, "mount", "dir", "--foreground")]
    [TestCase(false, "mount", "-fo", "ro", "dir")]
    [TestCase(false, "mount", "--help")]
    [TestCase(false, "mount", "--nonsense", "dir")]
    [TestCase(false, "mount", "--", "--foreground")]
    [TestCase(false, "unmount", "dir")]
    [TestCase(false)]
    public void MountLaunch_CommandLine_IsPassedOnOnlyIfItMustMeanADaemon(bool isPassedOn, params string[] args) =>
        Assert.That(MountLaunch.IsCalled(args), Is.EqualTo(isPassedOn));
}
