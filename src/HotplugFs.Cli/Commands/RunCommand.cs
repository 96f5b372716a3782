using System.CommandLine;
using HotplugFs.Cli.Running;

namespace HotplugFs.Cli.Commands;

/// <summary><c>hotplugfs run -- COMMAND</c>: a command for which the simulated machine is the real one.</summary>
internal static class RunCommand
{
    /// <summary>The verb.</summary>
    public const string Verb = "run";

    private static readonly Argument<string[]> Command = new("COMMAND")
    {
        Description = "The command and its arguments, behind --",
        Arity = ArgumentArity.OneOrMore,
    };

    private static readonly Option<string> Machine = MachineOptions.Machine();

    private static readonly Option<string?> Kernel = KernelOption.Make();

    private static readonly Option<bool?> MovableNode = MachineOptions.MovableNode();

    private static readonly Option<string?> Udev = new("--udev")
    {
        HelpName = "RULES",
        Description = "Run systemd-udevd beside the command with this file of rules, or all *.rules of this directory, and no others",
    };

    private static readonly Option<string?> Log = new("--log")
    {
        HelpName = "FILE",
        Description = "Write the machine's log, with the reason of every refusal, to this file when the command has ended",
    };

    private static readonly Option<string?> Init = new(InitArguments.Option) { Hidden = true };

    /// <summary>Makes the command.</summary>
    /// <param name="args">The whole command line, which the first process of the namespaces is given too.</param>
    public static Command Build(string[] args)
    {
        var command = new Command(Verb,
            "Run a command for which /sys/devices/system/memory is a simulated machine's; when it ends, everything is gone")
        {
            Machine, Kernel, MovableNode, Udev, Log, Init, Command,
        };
        Examples.AddTo(command,
            "hotplugfs run -- lsmem -a",
            "hotplugfs run --kernel 6.12 -- ./my-test.sh",
            "hotplugfs run --udev ./90-memory.rules -- bash -c 'hotplugfs plug --node 1 --size 1G; udevadm settle; lsmem'",
            $"exit status: the command's; {RunStatus.Failed} if it was not run or its machine went away, {RunStatus.NotExecutable} if it cannot be "
            + $"executed, {RunStatus.NotFound} if there is no such command");
        command.SetAction(parsed => Run(parsed, args));
        return command;
    }

    private static int Run(ParseResult parsed, string[] args)
    {
        var error = parsed.InvocationConfiguration.Error;
        if (parsed.GetValue(Init) is { } given)
        {
            return new NamespaceInit(new RunRequest
            {
                Command = parsed.GetRequiredValue(Command),
                Machine = parsed.GetRequiredValue(Machine),
                Kernel = parsed.GetValue(Kernel),
                MovableNode = parsed.GetValue(MovableNode),
                UdevRules = parsed.GetValue(Udev),
                LogFile = parsed.GetValue(Log),
            }, InitArguments.Parse(given)).Run();
        }
        try
        {
            return new RunSupervisor(args, error).Run();
        }
        catch (RunException problem)
        {
            error.WriteLine($"hotplugfs: {problem.Message}");
            return problem.Status;
        }
    }
}
