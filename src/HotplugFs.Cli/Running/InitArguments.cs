using System.Globalization;

namespace HotplugFs.Cli.Running;

/// <summary>What the first process of the namespaces is told by whoever started it, as the value of a hidden option.</summary>
/// <param name="Channel">The descriptor of its end of the <see cref="RunChannel"/>.</param>
/// <param name="Errors">The descriptor of the command's standard error.</param>
/// <param name="Directory">The directory to mount on.</param>
/// <param name="OutsideNetwork">The network namespace of whoever started it, where no uevent may be sent.</param>
internal sealed record InitArguments(int Channel, int Errors, string Directory, string OutsideNetwork)
{
    /// <summary>The hidden option.</summary>
    public const string Option = "--init";

    private const char Separator = ',';
    private const int Parts = 4;

    /// <summary>Reads the option's value.</summary>
    public static InitArguments Parse(string text)
    {
        var parts = text.Split(Separator, Parts);
        return new InitArguments(Number(parts[0]), Number(parts[1]), parts[3], parts[2]);
    }

    /// <summary>Puts the option behind the verb, where no command's own options are.</summary>
    public static string[] Insert(string[] arguments, InitArguments init)
    {
        var verb = Array.IndexOf(arguments, Commands.RunCommand.Verb) + 1;
        return [.. arguments[..verb], Option, init.ToString(), .. arguments[verb..]];
    }

    public override string ToString() => string.Join(Separator, Channel, Errors, OutsideNetwork, Directory);

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
