using System.CommandLine;

namespace HotplugFs.Cli.Commands;

/// <summary><c>hotplugfs unplug [DIR] ID</c>: writes to the control file <c>hotplugfs/dimms/unplug</c>.</summary>
internal static class UnplugCommand
{
    private const int ArgumentsMax = 2;

    /// <summary>Composes the subcommand.</summary>
    public static Command Build()
    {
        // The parser cannot omit the first of two arguments.
        var description = $"{MachineDirectory.Description}, and the DIMM's name";
        var arguments = Arguments.MakeList("[DIR] ID", description, new ArgumentArity(1, ArgumentsMax));
        var command = new Command(SubcommandNames.Unplug, "Unplug a DIMM from a mounted machine, after offlining its online blocks")
        {
            arguments,
        };
        Examples.AddTo(command, "hotplugfs unplug /tmp/machine dimm0", "hotplugfs run -- hotplugfs unplug dimm0");
        command.SetAction(parsed =>
        {
            var given = parsed.GetRequiredValue(arguments);
            new MachineControl(given.Length == ArgumentsMax ? given[0] : null).Unplug(given[^1]);
            return ExitStatus.Success;
        });
        return command;
    }
}
