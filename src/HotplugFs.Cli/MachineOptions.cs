using System.CommandLine;

namespace HotplugFs.Cli;

/// <summary>The options that say which machine is simulated, of all verbs that start one.</summary>
internal static class MachineOptions
{
    /// <summary>The option that names a machine.</summary>
    public const string MachineOption = "--machine";

    /// <summary>The option for CONFIG_MOVABLE_NODE.</summary>
    public const string MovableNodeOption = "--movable-node";

    /// <summary>Makes <c>--machine</c> for a verb.</summary>
    public static Option<string> Machine() => new(MachineOption)
    {
        HelpName = "NAME|FILE",
        Description = "A preset, a machine file (TOML) or a recording (*.jsonl)",
        DefaultValueFactory = _ => "default",
    };

    /// <summary>Makes <c>--movable-node</c> for a verb.</summary>
    public static Option<bool?> MovableNode() => new(MovableNodeOption)
    {
        Description = "A node may have nothing but movable memory (CONFIG_MOVABLE_NODE)",
        Arity = ArgumentArity.ZeroOrOne,
    };

    /// <summary>
    /// What is wrong with <c>--movable-node=WORD</c>. The library gives an option without a value only words that are one, and takes any other
    /// for the next operand, as it must after a blank.
    /// </summary>
    /// <param name="command">The verb that was called.</param>
    /// <param name="args">The whole command line.</param>
    /// <returns>Null if nothing is.</returns>
    public static string? Problem(Command command, string[] args)
    {
        const string WithValue = $"{MovableNodeOption}=";
        if (command.Options.All(option => option.Name != MovableNodeOption))
            return null;
        var wrong = args.TakeWhile(word => word != "--")
            .FirstOrDefault(word => word.StartsWith(WithValue, StringComparison.Ordinal) && !bool.TryParse(word[WithValue.Length..], out _));
        return wrong is null ? null : $"{MovableNodeOption} is true or false, not {wrong[WithValue.Length..]}";
    }
}
