using System.CommandLine;
using System.CommandLine.Parsing;

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
        CustomParser = result => result.Tokens.Count == 0 ? true : ParseFlag(result),
    };

    private static bool? ParseFlag(ArgumentResult result)
    {
        if (bool.TryParse(result.Tokens[0].Value, out var flag))
            return flag;
        result.AddError($"--movable-node is true or false, not {result.Tokens[0].Value}");
        return null;
    }
}
