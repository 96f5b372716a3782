using HotplugFs.Cli.Commands;

namespace HotplugFs.Cli.Tests;

/// <summary>The command line of the container image.</summary>
public sealed class ContainerCommandTests
{
    [TestCase("", "")]
    [TestCase("demo", "-- demo")]
    [TestCase("bash -c x", "-- bash -c x")]
    [TestCase("--kernel 6.12 cat --help", "--kernel 6.12 -- cat --help")]
    [TestCase("--machine=large --movable-node demo", "--machine=large --movable-node -- demo")]
    [TestCase("--clock manual demo", "--clock manual -- demo")]
    [TestCase("--movable-node true", "--movable-node -- true")]
    [TestCase("--movable-node -- bash -c x", "--movable-node -- bash -c x")]
    [TestCase("--kernel", "--kernel")]
    public void SeparateCommand_Arguments_EndBeforeTheCommand(string given, string expected)
    {
        var args = given.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Assert.That(string.Join(' ', ContainerCommand.SeparateCommand(args)), Is.EqualTo(expected));
    }

    [TestCase("unknown option \"--nodes\"", "--nodes", "3")]
    [TestCase("unknown option \"-x\"", "-x", "--", "demo")]
    [TestCase("unknown kernel \"9\" (known: every version from 3.8 on", "--kernel", "9")]
    [TestCase("--kernel", "--kernel")]
    [TestCase("--movable-node must be true or false", "--movable-node=maybe", "demo")]
    public void Run_UsageError_IsOneLineAndStatus1(string message, params string[] args)
    {
        var (status, output, error) = Run(args);

        Assert.That((status, output), Is.EqualTo((1, "")));
        Assert.That(error, Does.StartWith("hotplugfs: ").And.Contain(message).And.EndsWith("; see --help\n"));
        Assert.That(error.TrimEnd().Split('\n'), Has.Length.EqualTo(1));
    }

    [TestCase("--help")]
    [TestCase("-h")]
    [TestCase("--kernel", "9", "--help")]
    public void Run_Help_IsThatOfDockerRun(params string[] args)
    {
        var (status, output, error) = Run(args);

        Assert.That((status, error), Is.EqualTo((0, "")));
        Assert.That(output, Does.StartWith("Usage: docker run"));
    }

    private static (int Status, string Output, string Error) Run(params string[] args)
    {
        using StringWriter output = new(), error = new();
        return (CommandLine.Run(["container", .. args], output, error), output.ToString(), error.ToString());
    }
}
