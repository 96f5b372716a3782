using System.CommandLine;

namespace HotplugFs.Cli.Commands;

/// <summary><c>hotplugfs step [DIR] TIME</c>: writes to the control file <c>hotplugfs/clock</c>.</summary>
internal static class StepCommand
{
    private const int ArgumentsMax = 2;

    /// <summary>Composes the subcommand.</summary>
    public static Command Build()
    {
        // The parser cannot omit the first of two arguments.
        var description = $"{MachineDirectory.Description}, and the time to pass: 2s, 500ms";
        var arguments = Arguments.MakeList("[DIR] TIME", description, new ArgumentArity(1, ArgumentsMax));
        var command = new Command(SubcommandNames.Step, "Advance the clock of a machine that was started with --clock manual")
        {
            arguments,
        };
        Examples.AddTo(command, "hotplugfs step /tmp/machine 2s", "hotplugfs run --clock manual -- hotplugfs step 500ms");
        command.SetAction(parsed =>
        {
            var given = parsed.GetRequiredValue(arguments);
            new MachineControl(given.Length == ArgumentsMax ? given[0] : null).Write("clock", given[^1], $"advancing the clock by {given[^1]}");
            return ExitStatus.Success;
        });
        return command;
    }
}
