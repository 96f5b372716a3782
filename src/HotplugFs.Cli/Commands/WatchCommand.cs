using System.CommandLine;
using HotplugFs.Cli.Watching;

namespace HotplugFs.Cli.Commands;

/// <summary><c>hotplugfs watch [DIR]</c>: the map of a machine while it changes.</summary>
internal static class WatchCommand
{
    /// <summary>Composes the subcommand.</summary>
    public static Command Build()
    {
        var directory = Arguments.MakeOptional("DIR", MachineDirectory.Description);
        var command = new Command(SubcommandNames.Watch, "Watch the map of a mounted machine and its journal while it changes") { directory };
        Examples.AddTo(command,
            "hotplugfs watch /tmp/machine",
            "keys: q quit, space pause, a digit for one node, a for all, s to advance a manual clock by 1 s");
        command.SetAction(parsed => new WatchSession(parsed.GetValue(directory), parsed.InvocationConfiguration.Output).Run());
        return command;
    }
}
