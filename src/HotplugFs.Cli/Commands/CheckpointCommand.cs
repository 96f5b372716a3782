using System.CommandLine;

namespace HotplugFs.Cli.Commands;

/// <summary><c>hotplugfs checkpoint</c>, <c>restore</c> and <c>reset</c>: save the state of a mounted machine, and go back to it.</summary>
internal static class CheckpointCommand
{
    private const string Name = "NAME";
    private const string File = "checkpoint";
    private const string All = "all";
    private const string NameMeaning = "the name of the checkpoint";

    /// <summary>Composes <c>checkpoint</c>.</summary>
    public static Command Build()
    {
        var words = Arguments.MakeList($"[DIR] {Name}", $"{MachineDirectory.Description}, and {NameMeaning}", new ArgumentArity(0, 2));
        var list = new Option<bool>("--list") { Description = "List the names of the checkpoints" };
        var clear = new Option<string?>("--clear") { HelpName = Name, Description = $"Forget the checkpoint with this name, or {All} of them" };
        var command = new Command(SubcommandNames.Checkpoint, "Save the state of a mounted machine by a name") { words, list, clear };
        command.Validators.Add(result =>
        {
            var count = result.GetValue(words)?.Length ?? 0;
            var hasOption = result.GetValue(list) || result.GetValue(clear) is not null;
            if (hasOption && count > 1)
                result.AddError("--list and --clear take no other words than the directory");
            else if (!hasOption && count == 0)
                result.AddError("name the checkpoint, or list them with --list");
        });
        Examples.AddTo(command,
            "hotplugfs checkpoint /tmp/machine clean", "hotplugfs checkpoint /tmp/machine --list", "hotplugfs checkpoint /tmp/machine --clear clean");
        command.SetAction(parsed => Run(
            parsed.GetValue(words) ?? [], parsed.GetValue(list), parsed.GetValue(clear), parsed.InvocationConfiguration.Output));
        return command;
    }

    private static int Run(string[] words, bool lists, string? clear, TextWriter output)
    {
        var saves = !lists && clear is null;
        var (directory, name) = saves ? words.WithDirectory() : (words.FirstOrDefault(), "");
        var control = new MachineControl(directory);
        control.RequireMachine();
        if (saves)
            control.Write(File, name, $"saving checkpoint {name}");
        if (clear is not null)
            control.Write(File, clear == All ? "clear" : $"clear {clear}", $"forgetting {(clear == All ? "all checkpoints" : clear)}");
        if (lists && control.Read(File) is { Length: > 0 } names)
            output.WriteLine(names);
        return ExitStatus.Success;
    }

    /// <summary>Composes <c>restore</c>.</summary>
    public static Command BuildRestore()
    {
        var arguments = Arguments.MakeWithDirectory(Name, NameMeaning);
        var command = new Command(SubcommandNames.Restore, "Give a mounted machine the state that a checkpoint saved") { arguments };
        Examples.AddTo(command, "hotplugfs restore /tmp/machine clean", "hotplugfs run -- sh -c 'hotplugfs checkpoint a && hotplugfs restore a'");
        command.SetAction(parsed =>
        {
            var (directory, name) = parsed.GetRequiredValue(arguments).WithDirectory();
            new MachineControl(directory).Write("restore", name, $"restoring checkpoint {name}");
            return ExitStatus.Success;
        });
        return command;
    }

    /// <summary>Composes <c>reset</c>.</summary>
    public static Command BuildReset()
    {
        var directory = Arguments.MakeOptional("DIR", MachineDirectory.Description);
        var command = new Command(SubcommandNames.Reset, "Give a mounted machine the state that it had when it was mounted") { directory };
        Examples.AddTo(command, "hotplugfs reset /tmp/machine");
        command.SetAction(parsed =>
        {
            new MachineControl(parsed.GetValue(directory)).Write("reset", "1", "resetting the machine");
            return ExitStatus.Success;
        });
        return command;
    }
}
