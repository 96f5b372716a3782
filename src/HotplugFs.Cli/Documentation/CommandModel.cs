using System.CommandLine;
using System.CommandLine.Help;

namespace HotplugFs.Cli.Documentation;

/// <summary>What the generated documents read from a command.</summary>
internal static class CommandModel
{
    /// <summary>The name under which the program is installed.</summary>
    public const string Program = "hotplugfs";

    /// <summary>The program's version, such as 0.1.0.</summary>
    public static string Version { get; } = typeof(CommandModel).Assembly.GetName().Version!.ToString(fieldCount: 3);

    /// <summary>Returns the options that the help shows, with the help option last.</summary>
    public static IEnumerable<Option> ShownOptions(this Command command) =>
        command.Options.Where(option => !option.Hidden).OrderBy(option => option is HelpOption);

    /// <summary>Returns all names of an option, shortest first.</summary>
    public static IEnumerable<string> Names(this Option option) => option.Aliases.Append(option.Name).OrderBy(name => name.Length);

    /// <summary>Returns the placeholder for the option's value; null if the option requires no value.</summary>
    public static string? ValueName(this Option option) => option.Arity.MinimumNumberOfValues > 0 ? option.HelpName ?? "VALUE" : null;
}
