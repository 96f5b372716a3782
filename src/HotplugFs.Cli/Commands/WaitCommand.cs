using System.CommandLine;
using System.Diagnostics;
using HotplugFs.Cli.Journals;

namespace HotplugFs.Cli.Commands;

/// <summary><c>hotplugfs wait [DIR] CONDITION ..</c>: sleeps until all conditions are met at the same time.</summary>
internal sealed class WaitCommand
{
    private static readonly TimeSpan TimeoutDefault = TimeSpan.FromSeconds(10);

    private readonly Argument<string[]> _words = Arguments.MakeList(
        "[DIR] CONDITION",
        $"{MachineDirectory.Description}; and what to wait for: memory48/state=online, memory48, node1/online, journal:TEXT, "
            + "uevent:add@memory48",
        ArgumentArity.OneOrMore);

    private readonly Option<string?> _timeout = new("--timeout") { HelpName = "TIME", Description = "How long at most: 5s, 500ms [default: 10s]" };

    /// <summary>Composes the subcommand.</summary>
    public static Command Build() => new WaitCommand().Compose();

    private Command Compose()
    {
        var command = new Command(SubcommandNames.Wait, "Wait until a machine is in a state, or something has happened to it") { _words, _timeout };
        command.Validators.Add(result =>
        {
            if (result.GetValue(_timeout) is { } given && !TimeText.TryParse(given, out _))
                result.AddError($"--timeout {given}: this is no time; write 5s or 500ms");
        });
        Examples.AddTo(command,
            "hotplugfs wait /tmp/machine memory48/state=online --timeout 5s",
            "hotplugfs wait /tmp/machine uevent:add@memory48 node1/online");
        command.SetAction(Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        var words = parsed.GetRequiredValue(_words);
        var isDirectory = words.Length > 1 && Directory.Exists(Path.Combine(words[0], "hotplugfs"));
        var timeout = parsed.GetValue(_timeout) is { } given && TimeText.TryParse(given, out var time) ? time : TimeoutDefault;
        using var journal = new JournalReader(isDirectory ? words[0] : null);
        var conditions = words.Skip(isDirectory ? 1 : 0).Select(word => new WaitCondition(word)).ToList();
        var start = Stopwatch.GetTimestamp();
        while (true)
        {
            // All that changes the machine adds an entry, so what the files show now is newer than the last one that was read.
            foreach (var entry in journal.ReadNew())
                conditions.ForEach(condition => condition.Note(entry));
            var problems = new List<string>();
            foreach (var condition in conditions)
                if (!condition.IsMet(journal.Directory, out var problem))
                    problems.Add(problem);
            if (problems.Count == 0)
                return ExitStatus.Success;
            var left = timeout - Stopwatch.GetElapsedTime(start);
            if (left <= TimeSpan.Zero)
                throw new CommandException($"timed out after {TimeText.Format(timeout)}: {string.Join("; ", problems)}");
            journal.AwaitNew(left);
        }
    }
}
