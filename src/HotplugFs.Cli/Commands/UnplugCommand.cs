using System.CommandLine;

namespace HotplugFs.Cli.Commands;

/// <summary><c>hotplugfs unplug [DIR] ID</c>: writes to the control file <c>hotplugfs/dimms/unplug</c>.</summary>
internal static class UnplugCommand
{
    private const int OperandsMax = 2;

    /// <summary>Makes the command.</summary>
    public static Command Build()
    {
        // The parser cannot leave out the first of two operands.
        var operands = new Argument<string[]>("[DIR] ID")
        {
            Description = $"{PlugCommand.MachineHelp}, and the dimm's name",
            Arity = new ArgumentArity(1, OperandsMax),
        };
        Operands.RefuseOptions(operands);
        var command = new Command("unplug", "Unplug a dimm from a mounted machine; its online blocks are offlined first") { operands };
        Examples.AddTo(command, "hotplugfs unplug /tmp/machine dimm0", "hotplugfs run -- hotplugfs unplug dimm0");
        command.SetAction(parsed =>
        {
            var given = parsed.GetRequiredValue(operands);
            new DimmControl(MachineDirectory.Choose(given.Length == OperandsMax ? given[0] : null)).Unplug(given[^1]);
            return ExitStatus.Ok;
        });
        return command;
    }
}
