using System.CommandLine;
using HotplugFs.Cli.Commands;
using HotplugFs.Cli.Documents;
using HotplugFs.Fuse;
using HotplugFs.Machines;

namespace HotplugFs.Cli;

/// <summary>The verbs and how their outcome becomes lines and an exit status.</summary>
internal static class CommandLine
{
    private const string Description = "A virtual /sys/devices/system/memory: mounts a simulated Linux machine whose memory can be onlined, offlined, "
        + "plugged and unplugged.";

    /// <summary>Runs the program.</summary>
    /// <param name="args">The command line without the program's name.</param>
    /// <param name="output">For what was asked for.</param>
    /// <param name="error">For what went wrong.</param>
    /// <returns>The exit status.</returns>
    public static int Run(string[] args, TextWriter output, TextWriter error) =>
        Run(Build(args), args, output, error, ProgramManners.HotplugFs);

    /// <summary>Runs a program.</summary>
    /// <param name="command">What it can do.</param>
    /// <param name="args">The command line without the program's name.</param>
    /// <param name="output">For what was asked for.</param>
    /// <param name="error">For what went wrong.</param>
    /// <param name="manners">How it says so.</param>
    /// <returns>The exit status.</returns>
    public static int Run(Command command, string[] args, TextWriter output, TextWriter error, ProgramManners manners)
    {
        // A directory may be named @dir; nothing is to be read from files of arguments.
        var parsed = command.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        List<string> problems = MachineOptions.Problem(parsed.CommandResult.Command, args) is { } wrong
            ? [wrong]
            : [.. parsed.Errors.Select(problem => problem.Message)];
        if (problems.Count > 0)
        {
            foreach (var problem in problems)
                error.WriteLine($"{manners.Name}: {problem}");
            error.WriteLine($"Try: {manners.Name} {(parsed.CommandResult.Command == command ? "" : parsed.CommandResult.Command.Name + " ")}--help");
            return manners.BadUsage;
        }
        var invocation = new InvocationConfiguration
        {
            Output = output,
            Error = error,
            EnableDefaultExceptionHandler = false,
            // Signals are the daemon's own business.
            ProcessTerminationTimeout = null,
        };
        return Guard(() => parsed.Invoke(invocation), () => error, manners);
    }

    /// <summary>Does something and says what is wrong if it cannot be done.</summary>
    /// <param name="verb">What to do.</param>
    /// <param name="error">Opens what takes what went wrong; the runtime's console is worth making only then.</param>
    /// <param name="manners">How to say so.</param>
    /// <returns>The exit status.</returns>
    public static int Guard(Func<int> verb, Func<TextWriter> error, ProgramManners manners)
    {
        try
        {
            return verb();
        }
        catch (UsageException problem)
        {
            error().Write(problem.Message);
            return manners.BadUsage;
        }
        catch (Exception problem) when (problem is CommandException or MachineFileException or FuseException)
        {
            error().WriteLine($"{manners.Name}: {problem.Message}");
            return manners.Cannot;
        }
    }

    /// <summary>The program as a daemon is started: one verb, and no help, for whoever waits for the mount waits for what is made.</summary>
    /// <param name="args">The command line.</param>
    public static Command BuildForDaemon(string[] args) => new(ProgramManners.HotplugFs.Name) { MountCommand.BuildWithoutHelp(args) };

    /// <summary>The whole program, as help, man page and completion describe it.</summary>
    /// <param name="args">The command line, which some verbs hand on.</param>
    public static RootCommand Build(string[] args)
    {
        var root = new RootCommand(Description)
        {
            RunCommand.Build(args),
            MountCommand.Build(args),
            UnmountCommand.Build(),
            PlugCommand.Build(),
            UnplugCommand.Build(),
            ReplayCommand.Build(),
            DocumentOption.Make("--man", ManPage.Write),
            DocumentOption.Make("--bash-completion", BashCompletion.Write),
        };
        Examples.AddTo(root,
            "hotplugfs run --kernel 6.12 -- ./my-test.sh",
            "hotplugfs mount /tmp/machine",
            "lsmem --sysroot /tmp/machine -a -o +ZONES",
            "echo online_movable > /tmp/machine/sys/devices/system/memory/memory43/state",
            "hotplugfs plug /tmp/machine --node 1 --size 512M",
            "hotplugfs unmount /tmp/machine");
        return root;
    }
}
