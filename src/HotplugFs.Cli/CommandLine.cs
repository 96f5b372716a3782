using System.CommandLine;
using HotplugFs.Cli.Commands;
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
    public static int Run(string[] args, TextWriter output, TextWriter error)
    {
        // A directory may be named @dir; nothing is to be read from files of arguments.
        var parsed = Build(args).Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0)
        {
            foreach (var problem in parsed.Errors)
                error.WriteLine($"hotplugfs: {problem.Message}");
            error.WriteLine($"Try: hotplugfs {string.Concat(Verb(parsed).Select(verb => verb + " "))}--help");
            return ExitStatus.BadUsage;
        }
        try
        {
            return parsed.Invoke(new InvocationConfiguration
            {
                Output = output,
                Error = error,
                EnableDefaultExceptionHandler = false,
                // Signals are the daemon's own business.
                ProcessTerminationTimeout = null,
            });
        }
        catch (Exception problem) when (problem is CommandException or MachineFileException or FuseException)
        {
            error.WriteLine($"hotplugfs: {problem.Message}");
            return ExitStatus.Cannot;
        }
    }

    private static RootCommand Build(string[] args)
    {
        var root = new RootCommand(Description)
        {
            RunCommand.Build(args),
            MountCommand.Build(args),
            UnmountCommand.Build(),
            PlugCommand.Build(),
            UnplugCommand.Build(),
            ReplayCommand.Build(),
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

    private static IEnumerable<string> Verb(ParseResult parsed) =>
        parsed.CommandResult.Command is RootCommand ? [] : [parsed.CommandResult.Command.Name];
}
