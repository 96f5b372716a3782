namespace HotplugFs.Cli.Running;

/// <summary>What the supervisor passes to the init process of the namespaces, as the value of a hidden option.</summary>
/// <param name="Channel">The descriptor of the init process's end of the <see cref="RunChannel"/>.</param>
/// <param name="Errors">The descriptor of the command's standard error.</param>
/// <param name="Directory">The mount point.</param>
/// <param name="OutsideNetwork">The supervisor's network namespace, in which no uevent may be sent.</param>
internal sealed record InitArguments(int Channel, int Errors, string Directory, string OutsideNetwork)
{
    private const char Separator = ',';
    private const int Parts = 4;

    /// <summary>Parses the option's value.</summary>
    public static InitArguments Parse(string text)
    {
        var parts = text.Split(Separator, Parts);
        return new InitArguments(Number(parts[0]), Number(parts[1]), parts[3], parts[2]);
    }

    /// <summary>Inserts the option after the subcommand, before any option of the command to run.</summary>
    public static string[] Insert(string[] arguments, InitArguments init)
    {
        var position = Array.IndexOf(arguments, SubcommandNames.Run) + 1;
        return [.. arguments[..position], OptionNames.Init, init.ToString(), .. arguments[position..]];
    }

    public override string ToString() => string.Join(Separator, Channel, Errors, OutsideNetwork, Directory);

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
