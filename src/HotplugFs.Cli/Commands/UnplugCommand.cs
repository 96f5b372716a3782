using System.CommandLine;

namespace HotplugFs.Cli.Commands;

/// <summary><c>hotplugfs unplug [DIR] ID</c>: writes to the control file <c>hotplugfs/dimms/unplug</c>.</summary>
internal static class UnplugCommand
{
    /// <summary>Composes the subcommand.</summary>
    public static Command Build()
    {
        var arguments = Arguments.MakeWithDirectory("ID", "the DIMM's name");
        var command = new Command(SubcommandNames.Unplug, "Unplug a DIMM from a mounted machine, after offlining its online blocks")
        {
            arguments,
        };
        Examples.AddTo(command, "hotplugfs unplug /tmp/machine dimm0", "hotplugfs run -- hotplugfs unplug dimm0");
        command.SetAction(parsed =>
        {
            var (directory, id) = parsed.GetRequiredValue(arguments).WithDirectory();
            new MachineControl(directory).Unplug(id);
            return ExitStatus.Success;
        });
        return command;
    }
}
