using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json;
using HotplugFs.Cli.Terminals;
using HotplugFs.Engine.Faults;

namespace HotplugFs.Cli.Commands;

/// <summary>
/// <c>hotplugfs fault [DIR] WHAT WHEN OUTCOME</c>: adds, ends or lists the faults of a machine through the control file
/// <c>hotplugfs/faults</c>.
/// </summary>
internal sealed class FaultCommand
{
    private const string File = "faults";
    private const string All = "all";

    private readonly Argument<string[]> _words = Arguments.MakeList(
        "[DIR] WHAT WHEN OUTCOME",
        $"{MachineDirectory.Description}; what the fault applies to: {FaultTarget.Form}; when it acts: {FaultPoints.Form}; "
            + "and an errno such as EBUSY, success or default; without them the faults are listed",
        new ArgumentArity(0, 5));

    private readonly Option<string?> _take = new("--take") { HelpName = "TIME", Description = "Time that the operation takes: 3s, 500ms" };
    private readonly Option<string?> _text = new("--text") { HelpName = "TEXT", Description = "Text that is read, in place of that of the file" };
    private readonly Option<string?> _times = new("--times") { HelpName = "N", Description = "Act N times only [default: always]" };
    private readonly Option<string?> _after = new("--after") { HelpName = "N", Description = "Let N operations pass first" };

    private readonly Option<string?> _probability = new("--probability")
    {
        HelpName = "P%",
        Description = "Act with this chance only: 1% to 100%",
    };

    private readonly Option<string?> _seed = new("--seed") { HelpName = "N", Description = "Seed of --probability [default: 1]" };
    private readonly Option<string?> _clear = new("--clear") { HelpName = "ID", Description = $"End the fault with this number, or {All} of them" };

    private readonly Option<bool> _json = new("--json") { Description = "List the faults as JSON" };

    /// <summary>Composes the subcommand.</summary>
    public static Command Build() => new FaultCommand().Compose();

    private Command Compose()
    {
        var command = new Command(SubcommandNames.Fault, "Make operations on a mounted machine fail or take time, or list what does")
        {
            _words, _take, _text, _times, _after, _probability, _seed, _clear, _json,
        };
        command.Validators.Add(result =>
        {
            var words = Words(result);
            if (result.GetValue(_clear) is not null && words.Length > 0)
                result.AddError("--clear takes no other words than the directory");
            else if (words.Length > 0 && !FaultSyntax.TryParse(words, out _, out var problem))
                result.AddError(problem);
        });
        Examples.AddTo(command,
            "hotplugfs fault /tmp/machine memory43 offline EBUSY --times 2",
            "hotplugfs fault /tmp/machine any online ENOMEM --after 3",
            "hotplugfs fault /tmp/machine node1 offline --take 3s",
            "hotplugfs fault /tmp/machine memory43 read state EIO --times 1",
            "hotplugfs fault /tmp/machine",
            "hotplugfs fault /tmp/machine --clear all");
        command.SetAction(Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        var result = parsed.CommandResult;
        var control = new MachineControl(Directory(result));
        if (result.GetValue(_clear) is { } id)
            control.Write(File, id == All ? "clear" : $"clear {id}", $"ending {(id == All ? "all faults" : $"fault {id}")}");
        else if (Words(result) is { Length: > 0 } words && FaultSyntax.TryParse(words, out var fault, out _))
            control.Write(File, FaultSyntax.Format(fault), "adding the fault");
        else
            control.RequireMachine();
        var faults = control.Read(File) ?? "";
        if (result.GetValue(_json))
            parsed.InvocationConfiguration.Output.Write(JsonText.WriteArray(faults.Split('\n', StringSplitOptions.RemoveEmptyEntries), Write));
        else if (faults.Length > 0)
            parsed.InvocationConfiguration.Output.WriteLine(faults);
        return ExitStatus.Success;
    }

    /// <summary>Writes a line of the file: a number and the words of the fault.</summary>
    private static void Write(Utf8JsonWriter json, string line)
    {
        var words = line.Split(' ');
        json.WriteNumber("id", int.Parse(words[0], CultureInfo.InvariantCulture));
        if (FaultSyntax.TryParse(words[1..], out var fault, out _))
            foreach (var (key, value) in FaultSyntax.Keys(fault))
                json.WriteString(key, value);
    }

    /// <summary>The first word is the directory unless a fault can apply to it.</summary>
    private string? Directory(CommandResult result) =>
        result.GetValue(_words) is [var first, ..] && !FaultTarget.TryParse(first, out _) ? first : null;

    /// <summary>The words of the fault in the order of <see cref="FaultSyntax.Form"/>; none if no fault is given.</summary>
    private string[] Words(CommandResult result)
    {
        var given = result.GetValue(_words) ?? [];
        (string Key, string? Value)[] options =
        [
            ("take", result.GetValue(_take)), ("times", result.GetValue(_times)), ("after", result.GetValue(_after)),
            ("probability", result.GetValue(_probability)), ("seed", result.GetValue(_seed)), ("text", result.GetValue(_text)),
        ];
        return
        [
            .. given.Skip(Directory(result) is null ? 0 : 1),
            .. options.Where(option => option.Value is not null).Select(option => $"{option.Key}={option.Value}"),
        ];
    }
}
