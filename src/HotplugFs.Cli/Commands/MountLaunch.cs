using HotplugFs.Cli.Daemon;

namespace HotplugFs.Cli.Commands;

/// <summary><c>hotplugfs mount DIR</c> without reading the rest of the command line, which is left to the daemon.</summary>
/// <remarks>Users wait for both processes, one after the other, before they have a mount, so the command line is read once.</remarks>
internal static class MountLaunch
{
    /// <summary>Options that say nothing about whether there is to be a daemon.</summary>
    private static readonly string[] DaemonsOwn =
        [MountCommand.OptionsOption, MachineOptions.MachineOption, MachineOptions.MovableNodeOption, KernelOption.Name];

    /// <summary>True for a command line that asks for a daemon, whatever the rest of it is.</summary>
    /// <param name="args">The whole command line.</param>
    public static bool IsCalled(string[] args) =>
        args is [MountCommand.Verb, ..] && args.All(word => !word.StartsWith('-') || DaemonsOwn.Contains(word.Split('=')[0]));

    /// <summary>Starts the daemon and shows what it says when the mount answers.</summary>
    /// <param name="args">The whole command line.</param>
    /// <param name="output">For what it says.</param>
    /// <returns>The exit status.</returns>
    public static int Start(string[] args, TextWriter output)
    {
        // Behind the verb, because what follows a lone -- is no option.
        output.Write(Launcher.Start([args[0], MountCommand.DaemonOption, .. args[1..]]));
        return ExitStatus.Ok;
    }
}
