using System.CommandLine;
using HotplugFs.Cli.Diagnosis;

namespace HotplugFs.Cli.Commands;

/// <summary><c>hotplugfs doctor</c>: lists what the computer lacks, with the commands that mend it.</summary>
internal static class DoctorCommand
{
    private const int NameColumns = 17;

    /// <summary>Composes the subcommand.</summary>
    public static Command Build()
    {
        var command = new Command(SubcommandNames.Doctor, "Check what this computer lacks for hotplugfs, and name the commands that mend it");
        Examples.AddTo(command, "hotplugfs doctor", "exit status: 0 if hotplugfs run works");
        command.SetAction(parsed =>
        {
            var isFine = true;
            foreach (var check in Checks.All)
            {
                var finding = check();
                // The last check decides: it is what the others are for.
                isFine = finding.IsFine;
                var word = finding.IsFine ? "ok     " : "lacking";
                parsed.InvocationConfiguration.Output.WriteLine($"{word}  {finding.What.PadRight(NameColumns)} {finding.Text}");
            }
            return isFine ? ExitStatus.Success : ExitStatus.Failure;
        });
        return command;
    }
}
