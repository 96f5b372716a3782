using System.CommandLine;

namespace HotplugFs.Cli.Commands;

/// <summary><c>hotplugfs unplug DIR ID</c>: writes to the control file <c>hotplugfs/dimms/unplug</c>.</summary>
internal static class UnplugCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Build()
    {
        var directory = Operands.Make("DIR", "Where a machine is mounted");
        var id = Operands.Make("ID", "The dimm's name");
        var command = new Command("unplug", "Unplug a dimm from a mounted machine; its online blocks are offlined first") { directory, id };
        Examples.AddTo(command, "hotplugfs unplug /tmp/machine dimm0");
        command.SetAction(parsed =>
        {
            new DimmControl(parsed.GetRequiredValue(directory)).Unplug(parsed.GetRequiredValue(id));
            return ExitStatus.Ok;
        });
        return command;
    }
}
