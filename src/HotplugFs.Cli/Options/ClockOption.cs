using System.CommandLine;

namespace HotplugFs.Cli.Options;

/// <summary>The option <c>--clock</c>.</summary>
internal static class ClockOption
{
    /// <summary>What the option means, also as the mount option <c>clock=</c>.</summary>
    public const string Description = $"Clock of the machine: {System}, or {Manual}, which the subcommand step advances [default: {System}]";

    private const string System = "system";
    private const string Manual = "manual";

    /// <summary>The words that the option accepts.</summary>
    public static IReadOnlyList<string> Words { get; } = [System, Manual];

    /// <summary>Creates the option, which rejects other words.</summary>
    public static Option<string?> Make()
    {
        var option = new Option<string?>(OptionNames.Clock) { HelpName = "CLOCK", Description = Description };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is { } word && Problem(word) is { } problem)
                result.AddError(problem);
        });
        return option;
    }

    /// <summary>The message for a word that is no clock; null if it is one.</summary>
    public static string? Problem(string word) => Words.Contains(word) ? null : $"unknown clock \"{word}\" (known: {string.Join(", ", Words)})";

    /// <summary>True if the word is that of a clock that is advanced by hand.</summary>
    public static bool IsManual(string? word) => word == Manual;

    /// <summary>What to write on a command line for a clock of this kind.</summary>
    public static string Word(bool isManual) => isManual ? Manual : System;
}
