using System.CommandLine;
using HotplugFs.Cli.Commands;
using HotplugFs.Cli.Documentation;
using HotplugFs.Cli.Explanations;
using HotplugFs.Cli.MountHelper;
using HotplugFs.Cli.Places;
using HotplugFs.Fuse;
using HotplugFs.Machines;

namespace HotplugFs.Cli;

/// <summary>Composes the subcommands, runs one, and turns its outcome into messages and an exit status.</summary>
internal static class CommandLine
{
    private const string Description = "Mount a simulated Linux machine as a virtual /sys/devices/system/memory, whose memory can be "
        + "onlined, offlined, plugged and unplugged";

    /// <summary>Runs the program under its own name.</summary>
    /// <param name="args">The command line without the program's name.</param>
    /// <param name="output">Standard output.</param>
    /// <param name="error">Standard error.</param>
    /// <returns>The exit status.</returns>
    public static int Run(string[] args, TextWriter output, TextWriter error)
    {
        if (args is not [SubcommandNames.Container, .. var rest])
            return Run(Build(args), args, output, error, ProgramIdentity.HotplugFs);
        var separated = ContainerCommand.SeparateCommand(rest);
        return Run(ContainerCommand.Build(separated), separated, output, error, ContainerCommand.Identity);
    }

    /// <summary>Runs the program as the helper of mount(8).</summary>
    /// <inheritdoc cref="Run(string[], TextWriter, TextWriter)"/>
    public static int RunMountHelper(string[] args, TextWriter output, TextWriter error) =>
        Run(MountHelperCommand.Build(), args, output, error, MountHelperCommand.Identity);

    /// <summary>Parses a command line and runs the subcommand that it names.</summary>
    /// <param name="command">The known subcommands and options.</param>
    /// <inheritdoc cref="Run(string[], TextWriter, TextWriter)"/>
    public static int Run(Command command, string[] args, TextWriter output, TextWriter error, ProgramIdentity identity)
    {
        if (args.Length == 0 && command is RootCommand)
        {
            command.Parse(["--help"]).Invoke(new InvocationConfiguration { Output = error });
            return identity.UsageError;
        }
        // A directory may be named @dir, so the parser must not take @ for a file of arguments.
        var parsed = command.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        var called = parsed.CommandResult.Command;
        List<string> problems = MachineOptions.Problem(called, args) is { } wrong
            ? [wrong]
            : [.. UnknownWords.Problems(parsed)];
        if (problems.Count > 0)
        {
            ReportUsageErrors(problems, called == command ? identity.Name : $"{identity.Name} {called.Name}", identity, error);
            return identity.UsageError;
        }
        var invocation = new InvocationConfiguration
        {
            Output = output,
            Error = error,
            EnableDefaultExceptionHandler = false,
            // The subcommands handle signals themselves.
            ProcessTerminationTimeout = null,
        };
        return Guard(() => parsed.Invoke(invocation), () => error, identity);
    }

    /// <summary>Runs an action and reports the exceptions that mean a failed operation.</summary>
    /// <param name="action">Returns an exit status.</param>
    /// <param name="error">Opens standard error. Called only after a failure, because opening the runtime's console is slow.</param>
    /// <returns>The exit status.</returns>
    public static int Guard(Func<int> action, Func<TextWriter> error, ProgramIdentity identity)
    {
        try
        {
            return action();
        }
        catch (UsageException problem)
        {
            error().Write(problem.Message);
            return identity.UsageError;
        }
        catch (Exception problem) when (problem is CommandException or MachineFileException or FuseException)
        {
            error().WriteLine($"{identity.Name}: {problem.Message}");
            return problem is CommandException { Status: { } status } ? status : identity.Failure;
        }
        catch (Exception problem) when (SystemFailure.Is(problem))
        {
            error().WriteLine($"{identity.Name}: {SystemFailure.Describe(problem)}");
            return identity.Failure;
        }
    }

    /// <summary>Composes only what a daemon needs, because the user waits for the daemon to start: one subcommand, without help.</summary>
    /// <param name="args">The whole command line.</param>
    public static Command BuildForDaemon(string[] args) => new(ProgramIdentity.HotplugFs.Name) { MountCommand.BuildWithoutHelp(args) };

    /// <summary>Composes the whole program. Help, manual page and completion are generated from the result.</summary>
    /// <param name="args">The whole command line, which some subcommands pass on to another process.</param>
    public static RootCommand Build(string[] args)
    {
        var root = new RootCommand(Description)
        {
            RunCommand.Build(args),
            MountCommand.Build(args),
            UnmountCommand.Build(),
            ListCommand.Build(),
            FleetCommand.Build(),
            PlugCommand.Build(),
            UnplugCommand.Build(),
            MachineCommand.Build(),
            MapCommand.Build(),
            WatchCommand.Build(),
            ExplainCommand.Build(),
            LoadCommand.Build(),
            VirtioMemCommand.Build(),
            FaultCommand.Build(),
            ExpectCommand.Build(),
            WaitCommand.Build(),
            StepCommand.Build(),
            CheckpointCommand.Build(),
            CheckpointCommand.BuildRestore(),
            CheckpointCommand.BuildReset(),
            KernelsCommand.Build(),
            DoctorCommand.Build(),
            RecordCommand.Build(),
            ImportCommand.BuildImport(),
            ImportCommand.BuildCapture(),
            ReplayCommand.Build(),
            DocumentOption.Make("--man", (program, output) => ManPage.Write(program, MountHelperCommand.Build(), output)),
            DocumentOption.Make("--bash-completion", BashCompletion.Write),
            DocumentOption.Make("--zsh-completion", ZshCompletion.Write),
            DocumentOption.Make("--fish-completion", FishCompletion.Write),
            DocumentOption.Make("--machine-man", (_, output) => MachineManual.WriteManPage(output)),
            DocumentOption.Make("--machine-document", (_, output) => MachineManual.WriteMarkdown(output)),
            DocumentOption.Make("--rules-document", (_, output) => RulesDocument.Write(output)),
            DocumentOption.Make("--places", (_, output) => output.Write(string.Concat(MachinePlaces.All.Select(place => place + "\n")))),
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

    private static void ReportUsageErrors(List<string> problems, string program, ProgramIdentity identity, TextWriter error)
    {
        if (identity.HasOneLineErrors)
        {
            error.WriteLine($"{identity.Name}: {string.Join("; ", problems.Select(problem => problem.TrimEnd('.')))}; see --help");
            return;
        }
        foreach (var problem in problems)
            error.WriteLine($"{identity.Name}: {problem}");
        error.WriteLine($"Try: {program} --help");
    }
}
