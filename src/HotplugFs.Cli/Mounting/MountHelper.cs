using System.CommandLine;
using HotplugFs.Cli.Commands;
using HotplugFs.Cli.Daemon;
using HotplugFs.Cli.Native;
using HotplugFs.Fuse;
using HotplugFs.Machines;

namespace HotplugFs.Cli.Mounting;

/// <summary>
/// The program as mount(8) calls it for <c>mount -t fuse.hotplugfs</c> and for a line of fstab(5): by the name mount.fuse.hotplugfs, with the
/// arguments that mount(8) describes under external helpers, and with the exit statuses that it describes.
/// </summary>
internal static class MountHelper
{
    /// <summary>The name.</summary>
    public const string Name = $"mount.{MountEntry.HotplugFsType}";

    /// <summary>What stands in fstab(5) for nothing in particular.</summary>
    private const string NoSpec = "none";

    private const string DefaultMachine = "default";
    private const string NamespaceProgram = "nsenter";

    private static readonly Argument<string> Spec = Operands.Make("SPEC", $"A preset, a machine file or a recording; {NoSpec} is {DefaultMachine}");

    private static readonly Argument<string> Directory = Operands.Make("DIR", "An existing directory");

    /// <summary>The options of the file system.</summary>
    public static Option<string[]> Options { get; } = new("-o")
    {
        HelpName = "OPT,..",
        Description = $"Options: {HelperOptions.Known}, and those that mount(8) has for all file systems",
        DefaultValueFactory = _ => [],
    };

    private static readonly Option<bool> Sloppy = new("-s") { Description = "Pass over options that are not known" };

    private static readonly Option<bool> Fake = new("-f") { Description = "Look whether options and machine are right, and mount nothing" };

    private static readonly Option<bool> NoTable = new("-n") { Description = "Write no /etc/mtab, which this never does" };

    private static readonly Option<bool> Verbose = new("-v") { Description = "Say what is mounted" };

    private static readonly Option<string?> Namespace = new("-N")
    {
        HelpName = "FILE",
        Description = $"Mount in this mount namespace; needs {NamespaceProgram}(1)",
    };

    private static readonly Option<string> Type = new("-t") { HelpName = "TYPE", Description = $"The type, which is {MountEntry.HotplugFsType}" };

    /// <summary>True if the program was called as this.</summary>
    /// <param name="program">The name or path by which it was called.</param>
    public static bool IsCalled(string program) =>
        Path.GetFileName(program) == Name;

    /// <summary>Runs the program.</summary>
    /// <inheritdoc cref="CommandLine.Run(string[], TextWriter, TextWriter)"/>
    public static int Run(string[] args, TextWriter output, TextWriter error) =>
        CommandLine.Run(Build(), args, output, error, new ProgramManners(Name, HelperStatus.BadUsage, HelperStatus.Failed));

    /// <summary>Makes the command.</summary>
    public static Command Build()
    {
        var command = new Command(Name, $"Mount a simulated machine: what mount(8) calls for the type {MountEntry.HotplugFsType}")
        {
            Spec, Directory, Options, Sloppy, Fake, NoTable, Verbose, Namespace, Type,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(Spec) is "")
                result.AddError($"an empty SPEC; write a preset ({string.Join(", ", MachineFile.Presets)}), a machine file or {NoSpec}");
            if (!HelperOptions.TryParse(result.GetValue(Options) ?? [], result.GetValue(Sloppy), out _, out var problem))
                result.AddError(problem);
            if (result.GetValue(Type) is { } type && type != MountEntry.HotplugFsType)
                result.AddError($"-t {type} is another type; this mounts {MountEntry.HotplugFsType}");
            if (result.GetValue(Namespace) is { } file && !File.Exists(file))
                result.AddError($"-N {file}: there is no such file; name a mount namespace, for instance /proc/1/ns/mnt");
        });
        Examples.AddTo(command,
            $"mount -t {MountEntry.HotplugFsType} {DefaultMachine} /srv/machine -o kernel=6.12",
            $"mount -t {MountEntry.HotplugFsType} /etc/my-server.toml /srv/machine -o ro,subtree=sys/devices/system/memory",
            "umount /srv/machine",
            $"fstab: {DefaultMachine} /srv/machine {MountEntry.HotplugFsType} kernel=6.12,nofail 0 0");
        command.SetAction(Mount);
        return command;
    }

    private static int Mount(ParseResult parsed)
    {
        var spec = parsed.GetRequiredValue(Spec);
        var directory = parsed.GetRequiredValue(Directory);
        _ = HelperOptions.TryParse(parsed.GetValue(Options) ?? [], isSloppy: true, out var options, out _);
        var machine = options.Machine ?? (spec == NoSpec ? DefaultMachine : spec);
        if (parsed.GetValue(Fake))
        {
            _ = MachineFile.Load(machine);
        }
        else if (options.IsRemount)
        {
            FuseMount.Remount(directory, options.Mount.IsReadOnly);
        }
        else
        {
            // The directory of whoever enters a mount namespace is its root.
            var greeting = parsed.GetValue(Namespace) is { } file
                ? Launcher.Start(Arguments(spec, machine, Path.GetFullPath(directory), options), [NamespaceProgram, $"--mount={file}", "--"])
                : Launcher.Start(Arguments(spec, machine, directory, options));
            if (parsed.GetValue(Verbose))
                parsed.InvocationConfiguration.Output.Write(greeting);
        }
        return ExitStatus.Ok;
    }

    /// <summary>The same as <c>hotplugfs mount</c> would be told it.</summary>
    private static List<string> Arguments(string spec, string machine, string directory, HelperOptions options)
    {
        List<string> arguments = [MountCommand.Verb, MountCommand.DaemonOption, $"{MountCommand.SourceOption}={spec}", $"--machine={machine}"];
        if (options.Kernel is { } kernel)
            arguments.Add($"--kernel={kernel}");
        if (options.MovableNode is { } movableNode)
            arguments.Add($"--movable-node={movableNode}");
        // Whoever has a file system mounted at boot expects that users can look at it.
        var mount = options.Mount with { AllowOther = options.Mount.AllowOther || Interop.GetEuid() == 0 };
        arguments.AddRange(mount.Words.SelectMany(word => new[] { "-o", word }));
        return [.. arguments, "--", directory];
    }
}
