using System.CommandLine;
using HotplugFs.Cli.Daemon;
using HotplugFs.Machines.Files;

namespace HotplugFs.Cli.Commands;

/// <summary><c>hotplugfs mount DIR</c>: starts a daemon that serves the mount, and returns when the mount answers.</summary>
internal sealed class MountCommand
{
    private readonly string[] _args;
    private readonly MachineOptions _machine = new();
    private readonly StateOptions _state = new();
    private readonly Argument<string> _directory =
        Arguments.Make("DIR", "Existing directory to mount on; the machine's /sys appears below it");

    private readonly Option<bool> _foreground = new("--foreground", "-f") { Description = "Run in the foreground; Ctrl-C unmounts" };
    private readonly Option<bool> _isDaemon = new(OptionNames.Daemon) { Hidden = true };
    private readonly Option<string?> _source = new(OptionNames.Source) { Hidden = true };
    private readonly Option<uint?> _owner = new(OptionNames.Owner) { Hidden = true };
    private readonly Option<string?> _ueventsOutside = new(OptionNames.UeventsOutside) { Hidden = true };

    private readonly Option<string[]> _options = new(OptionNames.Mount)
    {
        HelpName = "OPT,..",
        Description = $"Mount options: {MountOptions.Known}",
        DefaultValueFactory = _ => [],
    };

    private MountCommand(string[] args) => _args = args;

    /// <summary>Composes the subcommand.</summary>
    /// <param name="args">The whole command line, which is passed on to the daemon.</param>
    public static Command Build(string[] args)
    {
        var command = BuildWithoutHelp(args);
        Examples.AddTo(command,
            "hotplugfs mount /tmp/machine",
            "hotplugfs mount /tmp/machine --machine my-server.toml --movable-node",
            "hotplugfs mount /tmp/machine --state my-machine.state",
            "hotplugfs mount /tmp/memory -o subtree=sys/devices/system/memory,allow_other",
            $"presets: {string.Join(", ", MachineFile.Presets)}");
        return command;
    }

    /// <summary>Composes the subcommand for a daemon, which needs no help.</summary>
    /// <inheritdoc cref="Build"/>
    public static Command BuildWithoutHelp(string[] args) => new MountCommand(args).Compose();

    private Command Compose()
    {
        var command = new Command(SubcommandNames.Mount, "Mount a simulated machine on a directory") { _directory };
        _machine.AddTo(command);
        _state.AddTo(command);
        _options.Validators.Add(result =>
        {
            if (!MountOptions.TryParse(result.GetValueOrDefault<string[]>() ?? [], out _, out var problem))
                result.AddError(problem);
        });
        command.Add(_options);
        command.Add(_foreground);
        command.Add(_isDaemon);
        command.Add(_source);
        command.Add(_owner);
        command.Add(_ueventsOutside);
        command.SetAction(Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        var output = parsed.InvocationConfiguration.Output;
        var isDaemon = parsed.GetValue(_isDaemon);
        if (!isDaemon && !parsed.GetValue(_foreground))
            return MountLaunch.Start(_args, output);
        _ = MountOptions.TryParse(parsed.GetValue(_options) ?? [], out var options, out _);
        using IReadiness readiness = isDaemon ? new PipeReadiness() : new TextReadiness(output, parsed.InvocationConfiguration.Error);
        return new MachineDaemon(new MountRequest
        {
            Directory = parsed.GetRequiredValue(_directory),
            Machine = _machine.Read(parsed),
            State = _state.Read(parsed),
            Options = options,
            Source = parsed.GetValue(_source),
            Owner = parsed.GetValue(_owner),
            UeventsOutside = parsed.GetValue(_ueventsOutside),
        }, readiness).Run();
    }
}
