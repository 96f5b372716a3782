namespace HotplugFs.Cli.Running;

/// <summary>The command line of the <see cref="CommandStarter"/>. It is read by position, because every run waits for it.</summary>
/// <param name="Channel">The descriptor of the starter's end of its <see cref="RunChannel"/> to the init process.</param>
/// <param name="Streams">The descriptors of the command's standard streams.</param>
/// <param name="IsIsolated">True if the starter is in the command's own user namespace.</param>
/// <param name="Through">A program with its arguments, separated by blanks, that executes the command; empty for none.</param>
/// <param name="Directory">The machine's mount point.</param>
/// <param name="UdevRules">A udev rules file, or a directory of such files; empty to run no udev.</param>
/// <param name="Command">The command's name and its arguments.</param>
internal sealed record StarterArguments(
    int Channel, IReadOnlyList<int> Streams, bool IsIsolated, string Through, string Directory, string UdevRules,
    IReadOnlyList<string> Command)
{
    private const int First = 2;
    private const int Fixed = 6;

    /// <summary>True if the command line is the starter's.</summary>
    /// <param name="args">The command line without the program's name.</param>
    public static bool IsCalled(string[] args) => args is [SubcommandNames.Run, OptionNames.Start, ..] && args.Length > First + Fixed;

    /// <summary>Parses a command line.</summary>
    public static StarterArguments Parse(string[] args)
    {
        var values = args[First..];
        return new(Number(values[0]), [.. values[1].Split(',').Select(Number)], bool.Parse(values[2]), values[3], values[4], values[5],
            values[Fixed..]);
    }

    /// <summary>The program and its arguments.</summary>
    public string[] Program =>
    [
        .. ThisProgram.Command, SubcommandNames.Run, OptionNames.Start,
        Channel.ToString(CultureInfo.InvariantCulture), string.Join(',', Streams), IsIsolated.ToString(), Through,
        Directory, UdevRules, .. Command,
    ];

    /// <summary>The descriptors that the program inherits.</summary>
    public IReadOnlyList<int> Given => [Channel, .. Streams];

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
