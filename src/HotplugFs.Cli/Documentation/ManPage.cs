using System.CommandLine;
using System.Text.RegularExpressions;
using HotplugFs.Cli.MountHelper;
using HotplugFs.Fuse.Mount;

namespace HotplugFs.Cli.Documentation;

/// <summary>The manual page hotplugfs(8), generated from the help's subcommands, options and examples.</summary>
internal static partial class ManPage
{
    private const int SystemAdministration = 8;

    private static readonly (string Path, string Meaning)[] Files =
    [
        ("DIR/sys, DIR/proc", "The simulated machine's files; DIR is a sysroot, as for lsmem(1)"),
        ("DIR/hotplugfs/log", "One line for each refused write, with the reason"),
        ("DIR/hotplugfs/uevents", "The uevents that the kernel would send, one JSON object a line"),
        ("DIR/hotplugfs/journal", "What happened to the machine, one JSON object a line: writes with their callers, uevents, DIMMs and loads"),
        ("DIR/hotplugfs/machine", "The machine as a file that --machine accepts"),
        ("DIR/hotplugfs/dimms", "Control files that plug and unplug DIMMs"),
        ("DIR/hotplugfs/virtio_mem", "Plugs and resizes virtio-mem devices: id=NAME node=N max=BYTES, then id=NAME size=BYTES"),
        ("DIR/hotplugfs/faults", "Operations that fail or take time: memory43 offline EBUSY times=2 adds one, clear 1 ends it, clear all of them"),
        ("DIR/hotplugfs/offline_result",
            "Makes offlining fail: EBUSY or EAGAIN for all blocks, or after a block's number for one; a time such as 2s makes it slow; "
            + "default ends it"),
        ("DIR/hotplugfs/migration_rate", "How fast pages leave a block that goes offline: 64M (bytes a second), 2s (each block) or 0 (no time)"),
        ("DIR/hotplugfs/clock", "The seconds since the machine started; a manual clock is advanced by writing a time such as 2s"),
        ("DIR/hotplugfs/blocks", "All blocks with their zones, states and uses, one run of equal blocks a line"),
        ("DIR/hotplugfs/zones", "The span and the pages of each zone, one zone a line"),
        ("DIR/hotplugfs/kernel", "The version of the simulated kernel"),
        ("DIR/hotplugfs/transport", "Whether the host's kernel reads some attributes itself, and if not, why"),
        ("/dev/fuse", "The FUSE device; the kernel's module is fuse"),
        ($"/sbin/{MountHelperCommand.Name}",
            $"A link to this program, where mount(8) looks for the helper of the type {MountEntry.HotplugFsType}"),
        ("/etc/fstab", "The file systems that are mounted at boot"),
    ];

    private static readonly (string Header, string Meaning)[] Sections =
    [
        ("[[node]]", "number, and if need be cpus, distances, start_pfn and end_pfn"),
        ("[[memory]]", "Memory at boot: node, blocks (or address and size), zone, and if need be state, kernel_pages, hole_pages, ends_in_hole "
            + "and dimm"),
        ("[[dimm]]", "A DIMM that is plugged after boot: id, node, size, and if need be address"),
        ("[[fault]]", "An operation that fails or takes time: what, when, and outcome or take; if need be file, text, times, after, probability "
            + "and seed"),
        ("[[zone]]", "The figures of a zone that do not follow from the memory: node, zone, start_pfn, end_pfn, present_pages, and if need be "
            + "managed_pages, present_boot_pages and initialized"),
    ];

    private static readonly (int Status, string Meaning)[] Statuses =
    [
        (ExitStatus.Success, "Success"),
        (ExitStatus.Failure, "The operation failed"),
        (ExitStatus.UsageError, "Usage error"),
    ];

    private static readonly string[] SeeAlso =
        ["chmem(8)", "fstab(5)", "fusermount3(1)", "lsmem(1)", "mount(8)", "nsenter(1)", "udev(7)", "umount(8)"];

    [GeneratedRegex("^[a-z ]+: ")]
    private static partial Regex Remark { get; }

    /// <summary>Generates roff from the subcommands and their options.</summary>
    /// <param name="program">The root command.</param>
    /// <param name="helper">The command of the mount(8) helper.</param>
    public static void Write(Command program, Command helper, TextWriter output)
    {
        var page = new Roff(output);
        var built = File.GetLastWriteTimeUtc(Environment.ProcessPath!);
        var source = $"{CommandModel.Program} {CommandModel.Version}";
        page.Title(CommandModel.Program, SystemAdministration, DateOnly.FromDateTime(built), source, "System Administration");
        page.Section("NAME");
        page.Paragraph($@"{CommandModel.Program}, {MountHelperCommand.Name} \- a virtual sysfs for memory hotplug");
        page.Section("SYNOPSIS");
        page.Paragraph($"{Roff.Bold(CommandModel.Program)} {string.Join(" | ", program.ShownOptions().Select(Heading))}");
        foreach (var subcommand in program.Subcommands)
            page.Paragraph(Synopsis($"{CommandModel.Program} {subcommand.Name}", subcommand));
        var mountOptions = helper.Options.Single(option => option.Name == OptionNames.Mount);
        page.Paragraph(string.Join(' ',
            [Roff.Bold($"mount -t {MountEntry.HotplugFsType}"), $"[{Heading(mountOptions)}]", .. helper.Arguments.Select(Placeholder)]));
        page.Section("DESCRIPTION");
        page.Paragraph(Roff.Text($"{program.Description}."));
        page.Section("OPTIONS");
        WriteOptions(page, program);
        page.Section("COMMANDS");
        foreach (var subcommand in program.Subcommands)
        {
            page.Subsection(subcommand.Name);
            page.Paragraph(Roff.Text($"{subcommand.Description}."));
            WriteArguments(page, subcommand);
            WriteOptions(page, subcommand);
            WriteExamples(page, subcommand);
        }
        WriteHelper(page, helper);
        page.Section("EXAMPLES");
        WriteExamples(page, program);
        WriteEnd(page);
    }

    private static void WriteHelper(Roff page, Command helper)
    {
        page.Section("MOUNTING AS A FILE SYSTEM");
        page.Paragraph(Roff.Text($"mount(8) runs the program under the name {MountHelperCommand.Name}. mount(8) and fstab(5) accept:"));
        WriteArguments(page, helper);
        foreach (var (word, meaning) in HelperOptions.Own)
            page.Item(Roff.Bold($"-o {word}"), $"{meaning}.");
        page.Paragraph(Roff.Text("The options that mount(8) has for every file system are accepted, too; of those only ro has an effect. "
            + "Unknown options are rejected, unless mount -s is given. mount(8) itself calls the program with:"));
        WriteOptions(page, helper);
        WriteExamples(page, helper);
    }

    private static void WriteEnd(Roff page)
    {
        page.Section("EXIT STATUS");
        foreach (var (status, meaning) in Statuses)
            page.Item(Roff.Bold($"{status}"), $"{meaning}.");
        page.Paragraph(Roff.Text($"{MountHelperCommand.Name} exits with {HelperStatus.UsageError} after a usage error and with "
            + $"{HelperStatus.Failure} if the operation failed, as mount(8) documents. {CommandModel.Program} run exits with its "
            + "command's status."));
        page.Section("MACHINE FILES");
        page.Paragraph(Roff.Text("A machine file is TOML. Before the first section it has block_size and may have kernel, architecture, "
            + "movable_node, auto_online_blocks, online_policy, auto_movable_ratio, auto_movable_numa_aware, memmap_on_memory, migration_rate, "
            + "memory_failure, hugetlb_pages, transparent_hugepages, memory_probe, modules, error_injection, pm_error_injection, cpulist_size and "
            + "power_management. Then it has a section for each part of the machine:"));
        foreach (var (header, meaning) in Sections)
            page.Item(Roff.Bold(header), $"{meaning}.");
        page.Paragraph(Roff.Text("DIR/hotplugfs/machine shows the file of any machine, to begin with."));
        page.Section("ENVIRONMENT");
        page.Item(Roff.Bold(MachineDirectory.Variable), $"Default DIR for subcommands. Set by {CommandModel.Program} run.");
        page.Section("FILES");
        foreach (var (path, meaning) in Files)
            page.Item(Roff.Italic(path), $"{meaning}.");
        page.Section("SEE ALSO");
        page.Paragraph(string.Join(", ", SeeAlso.Select(name => $"{Roff.Bold(name[..^3])}{name[^3..]}")));
    }

    private static string Synopsis(string called, Command command) =>
        string.Join(' ', new[] { Roff.Bold(called) }
            .Concat(command.ShownOptions().Where(option => option is not System.CommandLine.Help.HelpOption).Select(option =>
                option.Required ? Heading(option, onlyLongest: true) : $"[{Heading(option, onlyLongest: true)}]"))
            .Concat(command.Arguments.Select(Placeholder)));

    private static string Placeholder(Argument argument)
    {
        var name = Roff.Italic(argument.Name);
        // Such a name stands for several arguments, and has its own brackets.
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

    private static void WriteArguments(Roff page, Command command)
    {
        foreach (var argument in command.Arguments)
            page.Item(Placeholder(argument), $"{argument.Description}.");
    }

    private static void WriteOptions(Roff page, Command command)
    {
        foreach (var option in command.ShownOptions())
        {
            var value = option.HasDefaultValue ? option.GetDefaultValue() : null;
            var standard = value is string { Length: > 0 } or int or uint ? $" [default: {value}]" : "";
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
