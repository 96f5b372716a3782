using System.CommandLine;
using HotplugFs.Cli.Fleet;
using HotplugFs.Fuse.Mount;

namespace HotplugFs.Cli.Commands;

/// <summary><c>hotplugfs unmount DIR</c>. The daemon exits when its mount is removed.</summary>
internal static class UnmountCommand
{
    /// <summary>Composes the subcommand.</summary>
    public static Command Build()
    {
        var directory = Arguments.MakeOptional("DIR", "Directory on which a machine is mounted");
        var all = new Option<bool>("--all", "-a") { Description = "Unmount all machines that you have mounted" };
        var lazy = new Option<bool>("--lazy", "-z") { Description = "Detach the mount even if it is busy, like umount -l" };
        var command = new Command(SubcommandNames.Unmount, "Unmount and discard a machine") { directory, all, lazy };
        command.Aliases.Add("umount");
        command.Validators.Add(result =>
        {
            if (result.GetValue(directory) is null == !result.GetValue(all))
                result.AddError("give either DIR, the directory of a machine, or --all");
        });
        Examples.AddTo(command, "hotplugfs unmount /tmp/machine", "hotplugfs unmount --all");
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(directory) is { } given)
                FuseMount.Unmount(given, parsed.GetValue(lazy));
            else
                MachineFleet.UnmountEach(MountedMachine.FindDirectories(), parsed.GetValue(lazy), _ => { });
            return ExitStatus.Success;
        });
        return command;
    }
}
