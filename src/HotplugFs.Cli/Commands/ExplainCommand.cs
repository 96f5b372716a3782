using System.CommandLine;
using HotplugFs.Cli.Explanations;
using HotplugFs.Cli.Journals;
using HotplugFs.Cli.Maps;
using HotplugFs.Cli.Terminals;
using HotplugFs.Engine.Memory;

namespace HotplugFs.Cli.Commands;

/// <summary><c>hotplugfs explain [DIR] BLOCK [WORD]</c>: states what a write would do and why, without doing it.</summary>
internal sealed class ExplainCommand
{
    private readonly Argument<string[]> _words = Arguments.MakeList(
        "[DIR] BLOCK WORD",
        $"{MachineDirectory.Description}; a block such as memory43, or a file such as dimms/unplug; and what would be written to it; "
            + "without it, all words of state are tried",
        new ArgumentArity(0, 3));

    private readonly Option<string?> _kernel = new(OptionNames.Kernel)
    {
        HelpName = "VERSION",
        Description = "As it would be under this kernel",
    };

    private readonly Option<bool> _last = new("--last") { Description = "Explain the last refusal in the journal" };

    /// <summary>Composes the subcommand.</summary>
    public static Command Build() => new ExplainCommand().Compose();

    private Command Compose()
    {
        var command = new Command(SubcommandNames.Explain, "Explain what a request would do and why, without doing it, and what to do instead")
        {
            _words, _kernel, _last,
        };
        _kernel.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is { } name && KernelOption.Problem(name) is { } problem)
                result.AddError(problem);
        });
        command.Validators.Add(result =>
        {
            var words = result.GetValue(_words) ?? [];
            if (result.GetValue(_last) && words.Length > 1)
                result.AddError("--last takes no other words than the directory");
            else if (!result.GetValue(_last) && words.Length == (HasDirectory(words) ? 1 : 0))
                result.AddError("name a block: hotplugfs explain memory43");
        });
        Examples.AddTo(command,
            "hotplugfs explain /tmp/machine memory40 online_movable",
            "hotplugfs explain /tmp/machine memory40",
            "hotplugfs explain /tmp/machine memory40 online_movable --kernel 6.12",
            "hotplugfs explain /tmp/machine dimms/unplug dimm0",
            "hotplugfs explain /tmp/machine --last");
        command.SetAction(Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        var words = parsed.GetValue(_words) ?? [];
        var output = parsed.InvocationConfiguration.Output;
        if (parsed.GetValue(_last))
        {
            Print(ExplainLast(words.FirstOrDefault()), output);
            return ExitStatus.Success;
        }
        var directory = MachineDirectory.Choose(HasDirectory(words) ? words[0] : null);
        var given = words[(HasDirectory(words) ? 1 : 0)..];
        var copy = new MachineCopy(directory, new MountedFiles(directory));
        copy = parsed.GetValue(_kernel) is { } kernel ? copy.Under(kernel) : copy;
        var files = copy.Boot().Files;
        var request = BlockRequest.Find(files, given[0], given.Length > 1 ? given[1] : "")
            ?? throw new CommandException($"{directory}: there is no block or file {given[0]}; name one such as memory43 or dimms/unplug");
        var explainer = new Explainer(copy);
        if (given.Length > 1)
            Print(explainer.Explain(request), output);
        else if (request.Block is { } block)
            Print(Words(files, block).Select(word => explainer.Summarize(request with { Text = word })), output);
        else
            throw new CommandException($"{given[0]}: name what would be written to it");
        return ExitStatus.Success;
    }

    /// <summary>The first word is the directory if it has the files of a machine, or if there are three.</summary>
    private static bool HasDirectory(string[] words) =>
        words.Length > 2 || (words.Length > 0 && System.IO.Directory.Exists(Path.Combine(words[0], "hotplugfs")));

    /// <summary>The requests that a block in its state can get.</summary>
    private static IEnumerable<string> Words(SimulatedFiles files, int block)
    {
        var isOnline = files.Machine[new BlockId(block)].State == MemoryBlockState.Online;
        return StateWords.AllRequests.Where(request => (request == OnlineType.Offline) == isOnline).Select(request => request.Word());
    }

    private static IEnumerable<string> ExplainLast(string? directory)
    {
        using var journal = new JournalReader(directory);
        var last = journal.ReadNew().LastOrDefault(entry => entry.Rule is not null)
            ?? throw new CommandException($"{journal.Directory}: the journal has no refusal");
        return Enum.GetValues<RefusalRule>().Where(rule => rule.Word() == last.Rule)
            .SelectMany(rule => Explainer.Explain(rule, $"{last}", last.Reason ?? "")).ToList();
    }

    private static void Print(IEnumerable<string> paragraphs, TextWriter output)
    {
        var columns = Screen.Of(output).Columns;
        foreach (var line in paragraphs.SelectMany(paragraph => Prose.Wrap(paragraph, columns)))
            output.WriteLine(line);
    }
}
