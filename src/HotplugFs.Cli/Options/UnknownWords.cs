using System.CommandLine;
using HotplugFs.Machines.Toml;

namespace HotplugFs.Cli.Options;

/// <summary>Messages about words of a command line that the program does not know.</summary>
internal static class UnknownWords
{
    /// <summary>Returns all problems of a command line, with suggestions instead of the parser's own messages about unknown words.</summary>
    public static IEnumerable<string> Problems(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var unknown = parsed.UnmatchedTokens;
        if (unknown.Count == 0)
            return parsed.Errors.Select(problem => problem.Message);
        // After a wrong subcommand, its arguments are unknown as well, and no subcommand was found.
        if (command.Subcommands.Count > 0)
            return [unknown[0].StartsWith('-') ? Option(unknown[0], command) : Subcommand(unknown[0], command)];
        var others = parsed.Errors.Where(problem => !unknown.Any(word => problem.Message.Contains($"'{word}'", StringComparison.Ordinal)));
        return [.. unknown.Select(word => word.StartsWith('-') ? Option(word, command) : $"unexpected argument \"{word}\""),
            .. others.Select(problem => problem.Message)];
    }

    /// <summary>Returns the message about an unknown option.</summary>
    /// <param name="command">The subcommand that does not have it.</param>
    public static string Option(string word, Command command)
    {
        var known = command.Options.Concat(command.Subcommands.SelectMany(subcommand => subcommand.Options))
            .Where(option => !option.Hidden).Select(option => option.Name);
        return $"unknown option \"{word}\"{Suggestion(word.Split('=')[0], known)}";
    }

    private static string Subcommand(string word, Command command)
    {
        var known = command.Subcommands.Where(subcommand => !subcommand.Hidden).Select(subcommand => subcommand.Name).ToArray();
        return $"unknown subcommand \"{word}\"{Nearest.Hint(word, known)}";
    }

    private static string Suggestion(string word, IEnumerable<string> known) =>
        Nearest.Find(word, known) is { } nearest ? $"; did you mean {nearest}?" : "";
}
