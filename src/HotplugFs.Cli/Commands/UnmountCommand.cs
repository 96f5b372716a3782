using System.CommandLine;
using HotplugFs.Fuse.Mount;

namespace HotplugFs.Cli.Commands;

/// <summary><c>hotplugfs unmount DIR</c>. The daemon exits when its mount is removed.</summary>
internal static class UnmountCommand
{
    /// <summary>Composes the subcommand.</summary>
    public static Command Build()
    {
        var directory = Arguments.Make("DIR", "Directory on which a machine is mounted");
        var lazy = new Option<bool>("--lazy", "-z") { Description = "Detach the mount even if it is busy, like umount -l" };
        var command = new Command(SubcommandNames.Unmount, "Unmount and discard a machine") { directory, lazy };
        command.Aliases.Add("umount");
        Examples.AddTo(command, "hotplugfs unmount /tmp/machine");
        command.SetAction(parsed =>
        {
            FuseMount.Unmount(parsed.GetRequiredValue(directory), parsed.GetValue(lazy));
            return ExitStatus.Success;
        });
        return command;
    }
}
