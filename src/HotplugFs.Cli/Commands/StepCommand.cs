using System.CommandLine;

namespace HotplugFs.Cli.Commands;

/// <summary><c>hotplugfs step [DIR] TIME</c>: writes to the control file <c>hotplugfs/clock</c>.</summary>
internal static class StepCommand
{
    /// <summary>Composes the subcommand.</summary>
    public static Command Build()
    {
        var arguments = Arguments.MakeWithDirectory("TIME", "the time to pass: 2s, 500ms");
        var command = new Command(SubcommandNames.Step, "Advance the clock of a machine that was started with --clock manual")
        {
            arguments,
        };
        Examples.AddTo(command, "hotplugfs step /tmp/machine 2s", "hotplugfs run --clock manual -- hotplugfs step 500ms");
        command.SetAction(parsed =>
        {
            var (directory, time) = parsed.GetRequiredValue(arguments).WithDirectory();
            new MachineControl(directory).Write("clock", time, $"advancing the clock by {time}");
            return ExitStatus.Success;
        });
        return command;
    }
}
