using System.CommandLine;
using HotplugFs.Cli.Daemon;
using HotplugFs.Cli.Importing;
using HotplugFs.Fuse.Mount;
using HotplugFs.Machines.Files;

namespace HotplugFs.Cli.MountHelper;

/// <summary>
/// The helper that mount(8) runs for <c>mount -t fuse.hotplugfs</c> and for a line of fstab(5): the program under the name
/// mount.fuse.hotplugfs, with the arguments and exit statuses that mount(8) describes under "EXTERNAL HELPERS".
/// </summary>
internal sealed class MountHelperCommand
{
    /// <summary>The file name that mount(8) executes for this type of file system.</summary>
    public const string Name = $"mount.{MountEntry.HotplugFsType}";

    /// <summary>The source that fstab(5) uses for file systems without one.</summary>
    private const string NoSpec = "none";

    private const string NamespaceProgram = "nsenter";

    private readonly Argument<string> _spec =
        Arguments.Make("SPEC", $"Preset, machine file or recording; {NoSpec} means {MachineSelection.Default}");

    private readonly Argument<string> _directory = Arguments.Make("DIR", "Existing directory to mount on");
    private readonly Option<bool> _sloppy = new("-s") { Description = "Ignore unknown options" };
    private readonly Option<bool> _fake = new("-f") { Description = "Check the options and the machine, but mount nothing" };
    private readonly Option<bool> _noTable = new("-n") { Description = "Do not write /etc/mtab; it is never written anyway" };
    private readonly Option<bool> _verbose = new("-v") { Description = "Print what is mounted" };

    private readonly Option<string> _type = new("-t")
    {
        HelpName = "TYPE",
        Description = $"File system type, which must be {MountEntry.HotplugFsType}",
    };

    private readonly Option<string[]> _options = new(OptionNames.Mount)
    {
        HelpName = "OPT,..",
        Description = $"Options: {HelperOptions.Known}, and those that mount(8) accepts for every file system",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<string?> _namespace = new("-N")
    {
        HelpName = "FILE",
        Description = $"Mount in this mount namespace; requires {NamespaceProgram}(1)",
    };

    private MountHelperCommand()
    {
    }

    /// <summary>The identity for mount(8).</summary>
    public static ProgramIdentity Identity { get; } = new(Name, HelperStatus.UsageError, HelperStatus.Failure);

    /// <summary>True if the program was called as the helper.</summary>
    /// <param name="program">The name or path by which it was called.</param>
    public static bool IsCalled(string program) => Path.GetFileName(program) == Name;

    /// <summary>Composes the helper's command.</summary>
    public static Command Build() => new MountHelperCommand().Compose();

    private Command Compose()
    {
        var command = new Command(Name, $"Mount a simulated machine; mount(8) runs this for the type {MountEntry.HotplugFsType}")
        {
            _spec, _directory, _options, _sloppy, _fake, _noTable, _verbose, _namespace, _type,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(_spec) is "")
                result.AddError($"empty SPEC; write a preset ({string.Join(", ", MachineFile.Presets)}), a machine file or {NoSpec}");
            if (!HelperOptions.TryParse(result.GetValue(_options) ?? [], result.GetValue(_sloppy), out _, out var problem))
                result.AddError(problem);
            if (result.GetValue(_type) is { } type && type != MountEntry.HotplugFsType)
                result.AddError($"-t {type}: wrong type; this helper mounts {MountEntry.HotplugFsType}");
            if (result.GetValue(_namespace) is { } file && !File.Exists(file))
                result.AddError($"-N {file}: no such file; name a mount namespace, for example /proc/1/ns/mnt");
        });
        Examples.AddTo(command,
            $"mount -t {MountEntry.HotplugFsType} {MachineSelection.Default} /srv/machine -o kernel=6.12",
            $"mount -t {MountEntry.HotplugFsType} /etc/my-server.toml /srv/machine -o ro,subtree=sys/devices/system/memory",
            "umount /srv/machine",
            $"fstab: {MachineSelection.Default} /srv/machine {MountEntry.HotplugFsType} kernel=6.12,nofail 0 0");
        command.SetAction(Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        var spec = parsed.GetRequiredValue(_spec);
        var directory = parsed.GetRequiredValue(_directory);
        _ = HelperOptions.TryParse(parsed.GetValue(_options) ?? [], isSloppy: true, out var options, out _);
        var machine = options.MachineFor(spec == NoSpec ? MachineSelection.Default : spec);
        if (parsed.GetValue(_fake))
        {
            _ = MachineSource.Load(machine.Name, machine.Kernel);
        }
        else if (options.IsRemount)
        {
            FuseMount.Remount(directory, options.Mount.IsReadOnly);
        }
        else
        {
            var (daemon, greeting) = Mount(new MountRequest
            {
                Directory = directory,
                Machine = machine,
                Source = spec,
                // A file system that root mounts at boot is expected to be readable by all users.
                Options = options.Mount with { AllowOther = options.Mount.AllowOther || Unistd.GetEuid() == 0 },
            }, parsed.GetValue(_namespace));
            if (parsed.GetValue(_verbose))
                Launcher.Greet(daemon, greeting, parsed.InvocationConfiguration.Output);
        }
        return ExitStatus.Success;
    }

    /// <param name="mountNamespace">The file of the mount namespace to mount in; null for this process's own.</param>
    private static (int Daemon, string Greeting) Mount(MountRequest request, string? mountNamespace)
    {
        if (mountNamespace is null)
            return Launcher.Start(request);
        // nsenter(1) changes the current directory to the namespace's root.
        return Launcher.Start(request with { Directory = Path.GetFullPath(request.Directory) },
            [NamespaceProgram, $"--mount={mountNamespace}", "--"]);
    }
}
