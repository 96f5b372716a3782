using System.CommandLine;
using HotplugFs.Cli.Importing;

namespace HotplugFs.Cli.Commands;

/// <summary>
/// <c>hotplugfs import DUMP</c> and <c>hotplugfs capture</c>: write the machine file of a real machine, from what was copied of it or from the
/// machine itself.
/// </summary>
internal sealed class ImportCommand
{
    private const string Root = "/";

    private readonly Option<string?> _output = new("-o") { HelpName = "FILE", Description = "Write the machine to FILE [default: standard output]" };

    private readonly Option<bool> _strict = new("--strict") { Description = "Exit with 1 if anything was lost or guessed" };

    private readonly Option<string?> _kernel = KernelOption.Make();

    /// <summary>Composes the subcommand <c>import</c>.</summary>
    public static Command BuildImport()
    {
        var dump = Arguments.Make(
            "DUMP", "A directory or archive (tar, also with gzip, bzip2 or xz) with sys/devices/system anywhere in it, a copy of the memory "
                + "folder, a sosreport, the output of lsmem as text or JSON, or a recording");
        var command = new ImportCommand().Compose(SubcommandNames.Import, "Write the machine file of a real machine, from what was copied of it",
            parsed => parsed.GetRequiredValue(dump));
        command.Add(dump);
        Examples.AddTo(command, "hotplugfs import sosreport.tar.xz -o machine.toml", "hotplugfs import lsmem.txt");
        return command;
    }

    /// <summary>Composes the subcommand <c>capture</c>.</summary>
    public static Command BuildCapture()
    {
        var command = new ImportCommand().Compose(
            SubcommandNames.Capture, "Write the machine file of this machine, which is only read", _ => Root);
        Examples.AddTo(command, "hotplugfs capture -o machine.toml");
        return command;
    }

    private Command Compose(string name, string description, Func<ParseResult, string> source)
    {
        var command = new Command(name, description) { _output, _strict, _kernel };
        command.SetAction(parsed => Run(parsed, source(parsed)));
        return command;
    }

    private int Run(ParseResult parsed, string source)
    {
        var imported = MachineSource.Import(source, parsed.GetValue(_kernel));
        foreach (var line in imported.Losses.Lines)
            parsed.InvocationConfiguration.Error.WriteLine(line);
        try
        {
            if (parsed.GetValue(_output) is { } file)
                File.WriteAllText(file, imported.Text);
            else
                parsed.InvocationConfiguration.Output.Write(imported.Text);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"the machine cannot be written: {problem.Message}");
        }
        return parsed.GetValue(_strict) && imported.Losses.Count > 0 ? ExitStatus.Failure : ExitStatus.Success;
    }
}
