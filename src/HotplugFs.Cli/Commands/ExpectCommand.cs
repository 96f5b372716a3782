using System.CommandLine;
using HotplugFs.Cli.Journals;
using HotplugFs.Sysfs.Control;

namespace HotplugFs.Cli.Commands;

/// <summary><c>hotplugfs expect [DIR] PATH WORD</c>: checks by the journal that a word was written to a file.</summary>
internal sealed class ExpectCommand
{
    /// <summary>How many other entries a message shows.</summary>
    private const int NearestMax = 3;

    private readonly Argument<string[]> _words = Arguments.MakeList(
        "[DIR] PATH WORD",
        $"{MachineDirectory.Description}; the last names of the file, such as memory48/state; and what was written",
        new ArgumentArity(2, 3));

    private readonly Option<int?> _times = new("--times") { HelpName = "N", Description = "Exactly N times [default: at least once]" };
    private readonly Option<string?> _by = new("--by") { HelpName = "COMM", Description = "By a process of this name, as in /proc/PID/comm" };
    private readonly Option<string?> _errno = new("--errno") { HelpName = "ERRNO", Description = "And failed with this errno [default: succeeded]" };
    private readonly Option<string?> _zone = new("--zone") { HelpName = "ZONE", Description = "And the block was in this zone afterwards" };

    /// <summary>Composes the subcommand.</summary>
    public static Command Build() => new ExpectCommand().Compose();

    private Command Compose()
    {
        var command = new Command(SubcommandNames.Expect, "Check by a machine's journal what was written to a file, how often and by whom")
        {
            _words, _times, _by, _errno, _zone,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(_times) < 0)
                result.AddError("--times takes a number from 0 on");
            if (result.GetValue(_errno) is { } errno && !ErrnoNames.TryParse(errno, out _))
                result.AddError($"--errno {errno}: this is no errno; write a name such as EBUSY");
        });
        Examples.AddTo(command,
            "hotplugfs expect /tmp/machine memory48/state online_movable",
            "hotplugfs expect /tmp/machine memory48/state online --times 2 --errno EBUSY --by my-agent",
            "hotplugfs expect memory48/state online_movable --zone Movable");
        command.SetAction(Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        var words = parsed.GetRequiredValue(_words);
        var (path, word) = (words[^2].Trim('/'), words[^1]);
        using var journal = new JournalReader(words.Length > 2 ? words[0] : null);
        var writes = journal.ReadNew().Where(entry => entry.File is not null).ToList();
        var found = writes.Count(entry => IsAt(entry, path) && entry.Written == word && HasOptions(parsed, entry));
        if (parsed.GetValue(_times) is { } times ? found == times : found > 0)
            return ExitStatus.Success;
        var nearest = writes.Where(entry => IsAt(entry, path) || entry.Written == word)
            .OrderBy(entry => IsAt(entry, path) ? 0 : 1).Take(NearestMax).Select(entry => $"\n  {entry}").ToList();
        throw new CommandException(
            $"{word} was written to {path} {found} {(found == 1 ? "time" : "times")}{Describe(parsed)}, wanted "
            + $"{parsed.GetValue(_times)?.ToString(CultureInfo.InvariantCulture) ?? "at least 1"}. "
            + (nearest.Count > 0 ? $"Nearest:{string.Concat(nearest)}" : $"The journal has {writes.Count} other writes"));
    }

    private static bool IsAt(JournalEntry entry, string path) => entry.File!.EndsWith($"/{path}", StringComparison.Ordinal);

    private bool HasOptions(ParseResult parsed, JournalEntry entry) =>
        entry.Error == parsed.GetValue(_errno)
        && (parsed.GetValue(_by) ?? entry.Comm) == entry.Comm
        && (parsed.GetValue(_zone) ?? entry.ZoneAfter) == entry.ZoneAfter;

    private string Describe(ParseResult parsed) =>
        (parsed.GetValue(_by) is { } comm ? $" by {comm}" : "")
        + (parsed.GetValue(_errno) is { } errno ? $" with {errno}" : " with success")
        + (parsed.GetValue(_zone) is { } zone ? $" into zone {zone}" : "");
}
