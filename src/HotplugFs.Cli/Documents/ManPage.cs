using System.CommandLine;
using System.Text.RegularExpressions;
using HotplugFs.Cli.Mounting;
using HotplugFs.Cli.Running;
using HotplugFs.Fuse;

namespace HotplugFs.Cli.Documents;

/// <summary>The manual page hotplugfs(8): verbs, options and examples are those of the help.</summary>
internal static partial class ManPage
{
    private const int SystemAdministration = 8;

    private static readonly (string Path, string Meaning)[] Files =
    [
        ("DIR/sys, DIR/proc", "What programs see of the simulated machine; DIR is a sysroot, as lsmem(1) takes one"),
        ("DIR/hotplugfs/log", "Why each refused write was refused, a line each"),
        ("DIR/hotplugfs/uevents", "The uevents that the kernel would send, one JSON object a line"),
        ("DIR/hotplugfs/machine", "The machine as a file that --machine takes"),
        ("DIR/hotplugfs/dimms", "Where dimms are plugged and unplugged"),
        ("/dev/fuse", "The device that everything goes through; the kernel's module is fuse"),
        ($"/sbin/{MountHelper.Name}", $"A link to this program, which mount(8) looks for there when it mounts the type {MountEntry.HotplugFsType}"),
        ("/etc/fstab", "What is mounted at boot"),
    ];

    private static readonly (int Status, string Meaning)[] Statuses =
    [
        (ExitStatus.Ok, "Done"),
        (ExitStatus.Cannot, "It cannot be done"),
        (ExitStatus.BadUsage, "It is not understood"),
    ];

    private static readonly string[] SeeAlso = ["chmem(8)", "fstab(5)", "fusermount3(1)", "lsmem(1)", "mount(8)", "nsenter(1)", "udev(7)", "umount(8)"];

    [GeneratedRegex("^[a-z ]+: ")]
    private static partial Regex Remark { get; }

    /// <summary>Writes it.</summary>
    /// <param name="program">The program with its verbs.</param>
    /// <param name="output">Where to.</param>
    public static void Write(Command program, TextWriter output)
    {
        var page = new Roff(output);
        var helper = MountHelper.Build();
        var built = File.GetLastWriteTimeUtc(Environment.ProcessPath!);
        var source = $"{CommandModel.Program} {CommandModel.Version}";
        page.Title(CommandModel.Program, SystemAdministration, DateOnly.FromDateTime(built), source, "System Administration");
        page.Section("NAME");
        page.Paragraph($@"{CommandModel.Program}, {MountHelper.Name} \- a virtual sysfs for memory hotplug");
        page.Section("SYNOPSIS");
        page.Paragraph($"{Roff.Bold(CommandModel.Program)} {string.Join(" | ", program.ShownOptions().Select(Heading))}");
        foreach (var verb in program.Subcommands)
            page.Paragraph(Synopsis($"{CommandModel.Program} {verb.Name}", verb));
        page.Paragraph(string.Join(' ',
            [Roff.Bold($"mount -t {MountEntry.HotplugFsType}"), $"[{Heading(MountHelper.Options)}]", .. helper.Arguments.Select(Operand)]));
        page.Section("DESCRIPTION");
        page.Paragraph(Roff.Text(program.Description!));
        page.Section("OPTIONS");
        WriteOptions(page, program);
        page.Section("COMMANDS");
        foreach (var verb in program.Subcommands)
        {
            page.Subsection(verb.Name);
            page.Paragraph(Roff.Text($"{verb.Description}."));
            WriteOperands(page, verb);
            WriteOptions(page, verb);
            WriteExamples(page, verb);
        }
        WriteHelper(page, helper);
        page.Section("EXAMPLES");
        WriteExamples(page, program);
        WriteEnd(page);
    }

    private static void WriteHelper(Roff page, Command helper)
    {
        page.Section("MOUNTING AS A FILE SYSTEM");
        page.Paragraph(Roff.Text($"By the name {MountHelper.Name} the program is what mount(8) calls. mount(8) and fstab(5) take:"));
        WriteOperands(page, helper);
        foreach (var (word, meaning) in HelperOptions.Own)
            page.Item(Roff.Bold($"-o {word}"), $"{meaning}.");
        page.Paragraph(Roff.Text("Options that mount(8) has for all file systems are taken too; of those only ro changes anything. "
            + "Any other is refused, unless mount -s is used. The program itself is called with:"));
        WriteOptions(page, helper);
        WriteExamples(page, helper);
    }

    private static void WriteEnd(Roff page)
    {
        page.Section("EXIT STATUS");
        foreach (var (status, meaning) in Statuses)
            page.Item(Roff.Bold($"{status}"), $"{meaning}.");
        page.Paragraph(Roff.Text($"As {MountHelper.Name} it is {HelperStatus.BadUsage} for what is not understood and {HelperStatus.Failed} for "
            + $"what cannot be done, as mount(8) says; {CommandModel.Program} run ends as its command does."));
        page.Section("ENVIRONMENT");
        page.Item(Roff.Bold(MachineDirectory.Variable), "Where the machine is mounted that verbs mean if no DIR is named. Within a command of run it is set.");
        page.Section("FILES");
        foreach (var (path, meaning) in Files)
            page.Item(Roff.Italic(path), $"{meaning}.");
        page.Section("SEE ALSO");
        page.Paragraph(string.Join(", ", SeeAlso.Select(name => $"{Roff.Bold(name[..^3])}{name[^3..]}")));
    }

    private static string Synopsis(string called, Command command) =>
        string.Join(' ', new[] { Roff.Bold(called) }
            .Concat(command.ShownOptions().Where(option => option is not System.CommandLine.Help.HelpOption)
                .Select(option => (option.Required ? "{0}" : "[{0}]").Replace("{0}", Heading(option, onlyLongest: true), StringComparison.Ordinal)))
            .Concat(command.Arguments.Select(Operand)));

    private static string Operand(Argument argument)
    {
        var name = Roff.Italic(argument.Name);
        // A name that says itself which part may be left out is of several.
        if (argument.Name.StartsWith('['))
            return name;
        if (argument.Arity.MaximumNumberOfValues > 1)
            name += @"\~...";
        if (argument.Name == "COMMAND")
            return $"{Roff.Bold("--")} {name}";
        return argument.Arity.MinimumNumberOfValues == 0 ? $"[{name}]" : name;
    }

    private static string Heading(Option option) => Heading(option, onlyLongest: false);

    private static string Heading(Option option, bool onlyLongest)
    {
        var names = option.Names().Select(Roff.Bold);
        var heading = onlyLongest ? names.Last() : string.Join(", ", names);
        return option.ValueName() is { } value ? $@"{heading}\~{Roff.Italic(value)}" : heading;
    }

    private static void WriteOperands(Roff page, Command command)
    {
        foreach (var argument in command.Arguments)
            page.Item(Operand(argument), $"{argument.Description}.");
    }

    private static void WriteOptions(Roff page, Command command)
    {
        foreach (var option in command.ShownOptions())
        {
            var standard = option.HasDefaultValue && option.GetDefaultValue() is string { Length: > 0 } text ? $" [default: {text}]" : "";
            page.Item(Heading(option), $"{option.Description}{standard}.");
        }
    }

    private static void WriteExamples(Roff page, Command command)
    {
        var lines = Examples.Of(command);
        page.Example(lines.Where(line => !Remark.IsMatch(line)));
        foreach (var line in lines.Where(line => Remark.IsMatch(line)))
            page.Paragraph(Roff.Text($"{char.ToUpperInvariant(line[0])}{line[1..]}"));
    }
}
