using System.CommandLine;

namespace HotplugFs.Cli;

/// <summary>What stands in a command line without an option before it.</summary>
internal static class Operands
{
    /// <summary>Makes one.</summary>
    /// <param name="name">Its name in the help.</param>
    /// <param name="description">What it is.</param>
    public static Argument<string> Make(string name, string description)
    {
        var argument = new Argument<string>(name) { Description = description };
        RefuseOptions(argument);
        return argument;
    }

    /// <summary>Makes one that may be left out.</summary>
    /// <inheritdoc cref="Make"/>
    public static Argument<string?> MakeOptional(string name, string description)
    {
        var argument = new Argument<string?>(name) { Description = description, Arity = ArgumentArity.ZeroOrOne };
        RefuseOptions(argument);
        return argument;
    }

    /// <summary>Says so if an operand looks like an option.</summary>
    /// <param name="argument">The operand.</param>
    public static void RefuseOptions(Argument argument) => argument.Validators.Add(result =>
    {
        // The parser takes an option that it does not know for an operand; a directory can always be written as ./-name.
        if (result.Tokens.FirstOrDefault(token => token.Value.StartsWith('-')) is { } option)
            result.AddError($"{option.Value} is not an option that is known here");
    });
}
