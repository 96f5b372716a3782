using System.CommandLine;
using System.CommandLine.Help;

namespace HotplugFs.Cli.Documents;

/// <summary>What documents ask of a command.</summary>
internal static class CommandModel
{
    /// <summary>The name under which the program is installed.</summary>
    public const string Program = "hotplugfs";

    /// <summary>Its version.</summary>
    public static string Version { get; } = typeof(CommandModel).Assembly.GetName().Version!.ToString(fieldCount: 3);

    /// <summary>The options that its help shows, help itself last.</summary>
    /// <param name="command">The command.</param>
    public static IEnumerable<Option> ShownOptions(this Command command) =>
        command.Options.Where(option => !option.Hidden).OrderBy(option => option is HelpOption);

    /// <summary>All names of an option, the short ones first.</summary>
    /// <param name="option">The option.</param>
    public static IEnumerable<string> Names(this Option option) => option.Aliases.Append(option.Name).OrderBy(name => name.Length);

    /// <summary>What must follow an option; null if nothing must.</summary>
    /// <param name="option">The option.</param>
    public static string? ValueName(this Option option) => option.Arity.MinimumNumberOfValues > 0 ? option.HelpName ?? "VALUE" : null;
}
