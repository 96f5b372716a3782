using System.CommandLine;
using HotplugFs.Cli.Daemon;
using HotplugFs.Machines;

namespace HotplugFs.Cli.Commands;

/// <summary><c>hotplugfs mount DIR</c>: returns when the mount answers, and leaves a daemon that serves it.</summary>
internal static class MountCommand
{
    /// <summary>The verb.</summary>
    public const string Verb = "mount";

    /// <summary>The option that takes those of mount(8).</summary>
    public const string OptionsOption = "-o";

    /// <summary>The hidden option by which a daemon is told that somebody waits for it at <see cref="Launcher.ReadyDescriptor"/>.</summary>
    public const string DaemonOption = "--daemon";

    /// <summary>The hidden option by which a daemon is told to send uevents, if its network namespace is not the one named.</summary>
    public const string UeventsOption = "--send-uevents-outside";

    /// <summary>The hidden option that says what the tables of mounts show as mounted.</summary>
    public const string SourceOption = "--source";

    private static readonly Argument<string> Directory = Operands.Make("DIR", "An existing directory; the machine's /sys appears below it");

    private static readonly Option<string> Machine = MachineOptions.Machine();

    private static readonly Option<string?> Kernel = KernelOption.Make();

    private static readonly Option<bool?> MovableNode = MachineOptions.MovableNode();

    private static readonly Option<string[]> Options = new(OptionsOption)
    {
        HelpName = "OPT,..",
        Description = $"Mount options: {MountOptions.Known}",
        DefaultValueFactory = _ => [],
    };

    private static readonly Option<bool> Foreground = new("--foreground", "-f") { Description = "Stay, and unmount at Ctrl-C" };

    private static readonly Option<bool> IsDaemon = new(DaemonOption) { Hidden = true };

    private static readonly Option<string?> Source = new(SourceOption) { Hidden = true };

    private static readonly Option<string?> Uevents = new(UeventsOption) { Hidden = true };

    /// <summary>Makes the command.</summary>
    /// <param name="args">The whole command line, which the daemon is given too.</param>
    public static Command Build(string[] args)
    {
        var command = BuildWithoutHelp(args);
        Examples.AddTo(command,
            "hotplugfs mount /tmp/machine",
            "hotplugfs mount /tmp/machine --machine my-server.toml --movable-node",
            "hotplugfs mount /tmp/memory -o subtree=sys/devices/system/memory,allow_other",
            $"presets: {string.Join(", ", MachineFile.Presets)}");
        return command;
    }

    /// <summary>Makes the command for a daemon, which nobody asks for help.</summary>
    /// <inheritdoc cref="Build"/>
    public static Command BuildWithoutHelp(string[] args)
    {
        var command = new Command(Verb, "Mount a simulated machine on a directory")
        {
            Directory, Machine, Kernel, MovableNode, Options, Foreground, IsDaemon, Source, Uevents,
        };
        Options.Validators.Add(result =>
        {
            if (!MountOptions.TryParse(result.GetValueOrDefault<string[]>() ?? [], out _, out var problem))
                result.AddError(problem);
        });
        command.SetAction(parsed => Run(parsed, args));
        return command;
    }

    private static int Run(ParseResult parsed, string[] args)
    {
        var output = parsed.InvocationConfiguration.Output;
        var isDaemon = parsed.GetValue(IsDaemon);
        if (!isDaemon && !parsed.GetValue(Foreground))
            return MountLaunch.Start(args, output);
        _ = MountOptions.TryParse(parsed.GetValue(Options) ?? [], out var options, out _);
        using IReadiness readiness = isDaemon ? new PipeReadiness() : new TextReadiness(output, parsed.InvocationConfiguration.Error);
        return new MachineDaemon(new MountRequest
        {
            Directory = parsed.GetRequiredValue(Directory),
            Machine = parsed.GetRequiredValue(Machine),
            Kernel = parsed.GetValue(Kernel),
            MovableNode = parsed.GetValue(MovableNode),
            Options = options,
            Source = parsed.GetValue(Source),
            UeventsOutside = parsed.GetValue(Uevents),
        }, readiness).Run();
    }
}
