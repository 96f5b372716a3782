using HotplugFs.Cli.Daemon;

namespace HotplugFs.Cli.Commands;

/// <summary><c>hotplugfs mount DIR</c> without parsing the rest of the command line, which the daemon parses.</summary>
/// <remarks>The user waits for this process and then for the daemon, so only one of them should parse.</remarks>
internal static class MountLaunch
{
    /// <summary>Options that do not decide whether a daemon is started.</summary>
    private static readonly string[] DaemonOptions =
    [
        OptionNames.Mount, OptionNames.Machine, OptionNames.MovableNode, OptionNames.Kernel, OptionNames.Clock, OptionNames.Scenario,
        OptionNames.State, OptionNames.Sync, OptionNames.Recover,
    ];

    /// <summary>True if the command line can only mean a mount by a daemon.</summary>
    /// <param name="args">The whole command line.</param>
    public static bool IsCalled(string[] args) =>
        args is [SubcommandNames.Mount, ..] && args.All(word => !word.StartsWith('-') || DaemonOptions.Contains(word.Split('=')[0]));

    /// <summary>True if the command line may mean a mount by this process. The parser also takes -f with other letters, as in -fo.</summary>
    /// <param name="args">The whole command line.</param>
    public static bool MayBeInForeground(string[] args) =>
        args is [SubcommandNames.Mount, ..]
        && args.Any(word => word is ['-', 'f', ..] || word.StartsWith("--foreground", StringComparison.Ordinal));

    /// <summary>Starts the daemon, waits until the mount answers, and writes the daemon's greeting.</summary>
    /// <param name="args">The whole command line.</param>
    /// <returns>The exit status.</returns>
    public static int Start(string[] args, TextWriter output)
    {
        // Directly after the subcommand, because nothing after a lone -- is an option.
        var (daemon, greeting) = Launcher.Start([args[0], OptionNames.Daemon, .. args[1..]]);
        Launcher.Greet(daemon, greeting, output);
        return ExitStatus.Success;
    }
}
