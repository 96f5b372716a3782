using System.CommandLine;
using HotplugFs.Fuse;

namespace HotplugFs.Cli.Commands;

/// <summary><c>hotplugfs unmount DIR</c>: its daemon ends by itself then.</summary>
internal static class UnmountCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Build()
    {
        var directory = Operands.Make("DIR", "Where a machine is mounted");
        var lazy = new Option<bool>("--lazy", "-z") { Description = "Take it out of sight now although it is in use" };
        var command = new Command("unmount", "Unmount a machine; it is gone then") { directory, lazy };
        Examples.AddTo(command, "hotplugfs unmount /tmp/machine");
        command.SetAction(parsed =>
        {
            FuseMount.Unmount(parsed.GetRequiredValue(directory), parsed.GetValue(lazy));
            return ExitStatus.Ok;
        });
        return command;
    }
}
