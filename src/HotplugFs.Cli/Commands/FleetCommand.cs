using System.CommandLine;
using HotplugFs.Cli.Fleet;
using HotplugFs.Cli.Signals;

namespace HotplugFs.Cli.Commands;

/// <summary><c>hotplugfs fleet up|down DIR</c>: many machines, each with its own daemon.</summary>
internal sealed class FleetCommand
{
    private const string Up = "up";
    private const string Down = "down";

    private readonly Argument<string> _action = Arguments.Make("ACTION", $"{Up} to mount machines, {Down} to unmount and discard them");
    private readonly Argument<string> _directory = Arguments.Make("DIR", "Directory in which the mount points are made");

    private readonly Option<int?> _count = new("--count")
    {
        HelpName = "N",
        Description = $"How many machines to mount, 1 to {MachineFleet.CountMax}; if one fails, none is left",
    };

    private readonly MachineOptions _machine = new();
    private readonly Option<bool> _lazy = new("--lazy", "-z") { Description = $"{Down}: detach mounts even if they are busy, like umount -l" };

    /// <summary>Composes the subcommand.</summary>
    public static Command Build() => new FleetCommand().Compose();

    private Command Compose()
    {
        var command = new Command(SubcommandNames.Fleet, "Mount many machines on DIR/0, DIR/1 and so on, or unmount them")
        {
            _action, _directory, _count,
        };
        _machine.AddTo(command);
        command.Add(_lazy);
        command.Validators.Add(result =>
        {
            var (action, count) = (result.GetValue(_action), result.GetValue(_count));
            if (action is not (null or Up or Down))
                result.AddError($"unknown action \"{action}\" (known: {Up}, {Down})");
            else if (action == Up && count is null)
                result.AddError("--count is missing: how many machines to mount");
            else if (action == Down && count is not null)
                result.AddError($"{Down} ends all machines below the directory and takes no --count");
            else if (count is < 1 or > MachineFleet.CountMax)
                result.AddError($"--count must be from 1 to {MachineFleet.CountMax}");
        });
        Examples.AddTo(command,
            "hotplugfs fleet up /tmp/fleet --count 20 --kernel 6.12",
            "echo online > /tmp/fleet/7/sys/devices/system/memory/memory40/state",
            "hotplugfs fleet down /tmp/fleet");
        command.SetAction(Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        var parent = parsed.GetRequiredValue(_directory);
        if (parsed.GetValue(_count) is { } count)
            Start(parent, count, _machine.Read(parsed), parsed.InvocationConfiguration.Output);
        else
            MachineFleet.Down(parent, parsed.GetValue(_lazy));
        return ExitStatus.Success;
    }

    private static void Start(string parent, int count, MachineSelection machine, TextWriter output)
    {
        using var signals = new StopSignals();
        try
        {
            var greeting = MachineFleet.Up(parent, count, machine, signals.Token);
            output.WriteLine($"{greeting}{(count > 1 ? $" to {Path.Combine(parent, $"{count - 1}")}" : "")}");
            output.WriteLine($"  hotplugfs fleet down {parent}");
        }
        catch (OperationCanceledException)
        {
            throw new CommandException("interrupted; nothing is mounted", signals.Status);
        }
    }
}
