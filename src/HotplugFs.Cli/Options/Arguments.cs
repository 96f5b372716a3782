using System.CommandLine;
using System.CommandLine.Parsing;

namespace HotplugFs.Cli.Options;

/// <summary>Creates positional arguments that reject unknown options.</summary>
internal static class Arguments
{
    /// <summary>Creates a required argument.</summary>
    /// <param name="name">The placeholder that the help shows.</param>
    public static Argument<string> Make(string name, string description) =>
        new Argument<string>(name) { Description = description }.RejectOptions();

    /// <summary>Creates an argument that may be omitted.</summary>
    /// <inheritdoc cref="Make"/>
    public static Argument<string?> MakeOptional(string name, string description) =>
        new Argument<string?>(name) { Description = description, Arity = ArgumentArity.ZeroOrOne }.RejectOptions();

    /// <summary>Creates an argument with several values.</summary>
    /// <param name="arity">How many values it takes.</param>
    /// <inheritdoc cref="Make"/>
    public static Argument<string[]> MakeList(string name, string description, ArgumentArity arity) =>
        new Argument<string[]>(name) { Description = description, Arity = arity }.RejectOptions();

    /// <summary>Creates an argument that the directory of a machine may precede: the parser cannot omit the first of two arguments.</summary>
    /// <param name="meaning">What the argument without the directory is.</param>
    /// <inheritdoc cref="Make"/>
    public static Argument<string[]> MakeWithDirectory(string name, string meaning) =>
        MakeList($"[DIR] {name}", $"{MachineDirectory.Description}, and {meaning}", new ArgumentArity(1, 2));

    /// <summary>Returns the directory, null if it was omitted, and the argument.</summary>
    public static (string? Directory, string Value) WithDirectory(this string[] given) => (given.Length > 1 ? given[0] : null, given[^1]);

    /// <summary>The parser treats an unknown option as an argument. A directory named -x can be written as ./-x.</summary>
    private static TArgument RejectOptions<TArgument>(this TArgument argument)
        where TArgument : Argument
    {
        argument.Validators.Add(result =>
        {
            foreach (var token in result.Tokens)
            {
                if (token.Value.StartsWith('-'))
                {
                    result.AddError(UnknownWords.Option(token.Value, ((CommandResult)result.Parent!).Command));
                    return;
                }
            }
        });
        return argument;
    }
}
